# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The log of messages: one row each, and the row is the proof."""

import uuid
from datetime import datetime, timezone

from odoo import fields, models

from ..const import REMINDER_CHANNELS, REMINDER_EVENTS, REMINDER_STATES

#: The events of visits, as SQL.
EVENTS = str(tuple(key for key, _label in REMINDER_EVENTS))


def to_utc(seconds):
    """Return epoch seconds as Odoo's naive UTC datetime."""
    return datetime.fromtimestamp(seconds, timezone.utc).replace(tzinfo=None)


class ClinicReminder(models.Model):
    """A message about a visit: planned, sent, delivered, or why it was not.

    How messages are planned is in ``clinic_reminder_plan.py``, how they are sent in
    ``clinic_reminder_send.py``.
    """

    _name = "clinic.reminder"
    _description = "Message to a Patient"
    _order = "due_at desc, id desc"
    _rec_name = "subject"

    appointment_id = fields.Many2one(
        "clinic.appointment",
        index=True,
        ondelete="cascade",
        readonly=True,
    )
    patient_id = fields.Many2one(related="appointment_id.patient_id")
    doctor_id = fields.Many2one(related="appointment_id.doctor_id")
    site_id = fields.Many2one(related="appointment_id.site_id")
    start = fields.Datetime(related="appointment_id.start", string="Visit")
    company_id = fields.Many2one("res.company", index=True, readonly=True)
    rule_id = fields.Many2one(
        "clinic.reminder.rule", ondelete="set null", readonly=True, index=True
    )
    is_without_rule = fields.Boolean(
        readonly=True, help="It is told though no rule asks for it."
    )
    event = fields.Selection(REMINDER_EVENTS, required=True, readonly=True)
    planned_channel = fields.Selection(
        REMINDER_CHANNELS,
        readonly=True,
        help="By which channel the rule sends it; empty when it goes instead of a "
        "message that failed.",
    )
    channel = fields.Selection(
        REMINDER_CHANNELS,
        required=True,
        readonly=True,
        help="By which it goes: the patient may wish another than the rule.",
    )
    occurrence = fields.Integer(
        readonly=True,
        aggregator=None,
        help="The same event may happen to a visit again, such as a second move.",
    )
    state = fields.Selection(
        REMINDER_STATES, required=True, default="pending", readonly=True, index=True
    )
    planned_at = fields.Datetime(string="Planned", readonly=True)
    due_at = fields.Datetime(
        string="Due",
        readonly=True,
        help="When it is sent, or tried again after a failure.",
    )
    sent_at = fields.Datetime(string="Sent", readonly=True)
    reason = fields.Char(readonly=True, help="Why it was skipped or cancelled.")
    partner_id = fields.Many2one(
        "res.partner", string="Recipient", readonly=True, ondelete="set null"
    )
    address = fields.Char(readonly=True, help="E-mail address or telephone used.")
    subject = fields.Char(readonly=True)
    body = fields.Html(
        string="Content",
        readonly=True,
        sanitize=False,
        help="As it was sent, without the secrets of links.",
    )
    provider_state = fields.Char(
        string="Delivery", readonly=True, help="What the provider says of it."
    )
    error = fields.Char(readonly=True)
    attempt_count = fields.Integer(string="Attempts", readonly=True, aggregator=None)
    fallback_of_id = fields.Many2one(
        "clinic.reminder",
        string="Instead of",
        readonly=True,
        ondelete="set null",
    )
    merged_into_id = fields.Many2one(
        "clinic.reminder",
        string="Told With",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        help="Several visits were told in one message.",
    )
    mail_template_id = fields.Many2one(
        "mail.template", readonly=True, ondelete="set null"
    )
    message_uid = fields.Char(
        readonly=True,
        # the same for all attempts, also for those that a crash cut off
        default=lambda self: str(uuid.uuid4()),
        copy=False,
        index="btree_not_null",
        help="The message's own name: Message-ID of an e-mail, or UUID of an SMS.",
    )

    # other addons tell of other things than visits, by events of their own
    _check_visit = models.Constraint(
        f"CHECK (appointment_id IS NOT NULL OR event NOT IN {EVENTS})",
        "A message about a visit names it.",
    )
    _unique_message = models.UniqueIndex(
        "(appointment_id, rule_id, planned_channel, occurrence)",
        "This message is planned already.",
    )
    # a rule that is deleted leaves its messages: these are told apart by their flag
    _unique_without_rule = models.UniqueIndex(
        "(appointment_id, event, planned_channel, occurrence) WHERE is_without_rule",
        "This message is planned already.",
    )
    _unique_fallback = models.UniqueIndex(
        "(fallback_of_id)", "Another message goes instead of this one already."
    )
    _due = models.Index("(due_at) WHERE state = 'pending'")

    def _get_subject(self):
        """Return what this message is about: a visit, or what an addon tells of."""
        return self.appointment_id

    def _get_subject_fields(self):
        """Return the names of the fields that say what a message is about."""
        return ["appointment_id"]
