# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Planning messages: when a visit is booked, moved, cancelled, or something happens.

Nothing is sent here: rows are written in the transaction of the change, and a
scheduled action sends them once it is committed.
"""

from odoo import fields, models

from odoo.addons.clinic_engine import reminders

from ..const import REMINDER_EVENTS
from .clinic_reminder import to_utc
from .clinic_schedule import epoch

EVENTS = frozenset(key for key, _label in REMINDER_EVENTS)


class ClinicAppointment(models.Model):
    """Events of a visit that patients are told."""

    _inherit = "clinic.appointment"

    reminder_ids = fields.One2many(
        "clinic.reminder", "appointment_id", string="Told", readonly=True
    )

    # ------------------------------------------------------------------
    # What everybody calls
    # ------------------------------------------------------------------

    def _emit(self, event, occurrence=None, template=None, always=False):
        """Plan the messages of an event for these visits; without a rule, none.

        What was planned for the same occurrence already is not planned again. With
        the context ``clinic_silent`` (a list of events) those events are not told.

        :param str event: of ``const.REMINDER_EVENTS``
        :param int occurrence: tells an event from the same one earlier; None: the
            number of the visit's moves
        :param template: mail.template to use instead of that of the rules
        :param bool always: without a rule, tell it by e-mail all the same
        :return: the new rows of clinic.reminder, as superuser
        """
        vals_list = self._prepare_event_vals(event, occurrence, template, always)
        return self.env["clinic.reminder"]._plan_rows(vals_list)

    def _get_message_link(self, event):
        """Return the address that a message about ``event`` leads to.

        Here the visit's own page, with its secret. Call it as superuser.
        """
        self.ensure_one()
        return f"{self.get_base_url()}{self.get_portal_url()}"

    # ------------------------------------------------------------------
    # Planning
    # ------------------------------------------------------------------

    def _prepare_event_vals(self, event, occurrence=None, template=None, always=False):
        """Return values of the messages of an event, see ``_emit``."""
        if event not in EVENTS:
            raise ValueError(f"{event} is no event that patients are told")
        if event in (self.env.context.get("clinic_silent") or ()):
            return []
        visits_sudo = self.sudo().filtered("patient_id")
        known = visits_sudo._get_known_messages(event)
        vals_list = []
        for visit_sudo in visits_sudo:
            number = visit_sudo.reschedule_count if occurrence is None else occurrence
            for planned in visit_sudo._plan_event(event, always):
                rule = planned.rule
                if (visit_sudo.id, rule.id, rule.channel, number) in known:
                    continue
                vals = visit_sudo._prepare_message_vals(planned, number)
                vals["mail_template_id"] = template.id if template else False
                vals_list.append(vals)
        return vals_list

    def _plan_event(self, event, always=False):
        """Return the engine's ``Planned`` of an event of this visit."""
        self.ensure_one()
        now = epoch(fields.Datetime.now())
        start, stop = epoch(self.start), epoch(self.stop)
        if stop <= now and event not in reminders.AFTERWARDS:
            return []
        company = self.company_id.id
        rules, hours = self.env["clinic.reminder.rule"]._get_settings(company)
        quiet = reminders.Quiet(*hours, self.site_id.tz)
        visit = self.service_id.id, self.doctor_id.id, start, stop
        planned = reminders.plan(rules, event, now, visit, quiet, self._is_reached_by)
        if not planned and always:
            rule = reminders.Rule(0, event, "email")
            planned = reminders.plan([rule], event, now, visit, quiet)
        return planned

    def _is_reached_by(self, rule):
        """Whether the reader of messages of this visit gets those of an engine's rule.

        By its channel, or by the one that it goes by when that fails.
        """
        rule_sudo = self.env["clinic.reminder.rule"].sudo().browse(rule.id)
        partner, wish = self._get_message_reader()
        reachable, texts = (
            self._get_message_channels(partner),
            rule_sudo._get_text_channels(),
        )
        return any(
            reminders.route(rule.event, channel, wish, reachable, texts, False)[0]
            for channel in (rule.channel, rule_sudo.fallback_channel)
            if channel
        )

    def _prepare_message_vals(self, planned, occurrence):
        at = to_utc(planned.at)
        return {
            "appointment_id": self.id,
            "company_id": self.company_id.id,
            "rule_id": planned.rule.id or False,
            "is_without_rule": not planned.rule.id,
            "event": planned.rule.event,
            "planned_channel": planned.rule.channel,
            "channel": planned.rule.channel,
            "occurrence": occurrence,
            "planned_at": at,
            "due_at": at,
            "state": "skipped" if planned.skipped else "pending",
            "reason": self._get_skip_reason(planned.skipped),
        }

    def _get_skip_reason(self, code):
        if not code:
            return False
        return {
            "late": self.env._("It was booked after the time of this message."),
            "quiet": self.env._("Its time falls into the quiet hours."),
            "same": self.env._(
                "Because of the quiet hours another reminder goes then."
            ),
        }[code]

    def _get_known_messages(self, event):
        """Return {(visit, rule, its channel, occurrence)} that were planned already."""
        if self.env.context.get("clinic_new_visits"):
            return set()
        rows_sudo = self.env["clinic.reminder"].sudo()
        rows_sudo = rows_sudo.search_fetch(
            [("appointment_id", "in", self.ids), ("event", "=", event)],
            ["appointment_id", "rule_id", "planned_channel", "occurrence"],
        )
        return {
            (
                row.appointment_id.id,
                row.rule_id.id or 0,
                row.planned_channel,
                row.occurrence,
            )
            for row in rows_sudo
        }
