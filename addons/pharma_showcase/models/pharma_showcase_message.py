# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What doctors are told of showcases: planned here, sent by the engine of reminders.

Rules of the events ``showcase_…`` say when and by which channel. Nothing is sent in the
transaction of the change.
"""

import uuid

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import consteq

from odoo.addons.clinic_engine import reminders
from odoo.addons.clinic_scheduling.models.clinic_reminder import to_utc
from odoo.addons.clinic_scheduling.models.clinic_reminder_secret import mask
from odoo.addons.clinic_scheduling.models.clinic_schedule import epoch

from ..const import MESSAGE_EVENTS

#: A showcase that changes one of these has another face in the doctor's calendar.
FACE_FIELDS = (
    "start",
    "stop",
    "site_id",
    "room_id",
    "modality",
    "representative_id",
    "doctor_id",
)

#: When the first rules of an event send, if not at once: (timing, hours).
FIRST_TIMES = {"showcase_reminder": ("before", 24), "showcase_feedback": ("after", 2)}

#: States in which a call is to come; the value is what calendars say of it.
AHEAD_STATES = {"proposed": "TENTATIVE", "confirmed": "CONFIRMED"}


class PharmaShowcase(models.Model):
    """Messages to doctors."""

    _inherit = "pharma.showcase"

    reminder_ids = fields.One2many("clinic.reminder", "showcase_id", readonly=True)

    def _prepare_create_values(self, vals_list):
        """Override: a secret from the start. Messages link to the doctor's page."""
        result = super()._prepare_create_values(vals_list)
        for vals in result:
            vals["access_token"] = vals.get("access_token") or str(uuid.uuid4())
        return result

    def _is_secret(self, access_token):
        """Whether ``access_token`` is the secret of this showcase's own link."""
        self.ensure_one()
        secret = self.sudo().access_token
        # bytes: texts beyond ASCII cannot be compared in constant time
        given = str(access_token or "").encode(errors="replace")
        return bool(secret and given and consteq(secret.encode(), given))

    def _write_by_door(self, vals):
        """Override: count the versions of the event that calendars are shown."""
        if not {"state", *FACE_FIELDS} & vals.keys():
            return super()._write_by_door(vals)
        before = {item.id: item._get_calendar_face() for item in self}
        result = super()._write_by_door(vals)
        for showcase in self:
            if showcase._get_calendar_face() != before[showcase.id]:
                number = showcase.invitation_sequence + 1
                super(PharmaShowcase, showcase)._write_by_door(
                    {"invitation_sequence": number}
                )
        return result

    def _get_calendar_face(self):
        status = AHEAD_STATES.get(self.state, "CANCELLED")
        return status, *(self[name] for name in FACE_FIELDS)

    # ------------------------------------------------------------------
    # Planning
    # ------------------------------------------------------------------

    def _tell(self, event, by_doctor=False):
        """Override: plan the messages, and drop those that say what is over."""
        result = super()._tell(event, by_doctor)
        self._drop_messages()
        for showcase_sudo in self.sudo():
            if showcase_sudo.source != "import" and not by_doctor:
                showcase_sudo._emit(f"showcase_{event}")
            if event != "cancelled":
                showcase_sudo._emit("showcase_reminder")
        return result

    def _emit(self, event):
        """Plan the messages of an event of this showcase; without a rule, none.

        With the context ``clinic_silent`` (a list of events) those are not told.
        """
        self.ensure_one()
        now = epoch(fields.Datetime.now())
        start, stop = epoch(self.start), epoch(self.stop)
        is_afterwards = event in reminders.AFTERWARDS
        silent = self.env.context.get("clinic_silent") or ()
        if event in silent or (start <= now and not is_afterwards):
            return self.env["clinic.reminder"]
        company = self.company_id.id
        rules, hours = self.env["clinic.reminder.rule"]._get_settings(company)
        quiet = reminders.Quiet(*hours, self._get_tz())
        visit = None, self.doctor_id.id, start, stop
        # what comes afterwards comes once, whatever was moved or taken back
        number = 0 if is_afterwards else self.invitation_sequence
        known = {
            (row.rule_id.id, row.planned_channel)
            for row in self.sudo().reminder_ids
            if row.event == event and row.occurrence == number
        }
        return self.env["clinic.reminder"]._plan_rows(
            [
                self._prepare_message_vals(planned, number)
                for planned in reminders.plan(rules, event, now, visit, quiet)
                if (planned.rule.id, planned.rule.channel) not in known
            ]
        )

    def _prepare_message_vals(self, planned, occurrence):
        at = to_utc(planned.at)
        late = self.env._("It was booked after the time of this message.")
        quiet = self.env._("Its time falls into the quiet hours.")
        return {
            "showcase_id": self.id,
            "company_id": self.company_id.id,
            "rule_id": planned.rule.id,
            "event": planned.rule.event,
            "planned_channel": planned.rule.channel,
            "channel": planned.rule.channel,
            "occurrence": occurrence,
            "planned_at": at,
            "due_at": at,
            "state": "skipped" if planned.skipped else "pending",
            "reason": {"": False, "late": late}.get(planned.skipped, quiet),
        }

    def _drop_messages(self):
        """Cancel what doctors were going to be told: something newer is to be said.

        What is being sent at this moment is out of reach, and not waited for.
        """
        waiting_sudo = self.env["clinic.reminder"].sudo()
        waiting_sudo = waiting_sudo.search(
            [("showcase_id", "in", self.ids), ("state", "=", "pending")]
        )
        sentence = self.env._("The showcase has changed.")
        waiting_sudo.try_lock_for_update()._note_end("cancelled", sentence)

    # ------------------------------------------------------------------
    # Who reads it, and what it says; call these as superuser
    # ------------------------------------------------------------------

    def _get_message_reader(self):
        """Return (contact, how it wants to be told): here the doctor."""
        return self.doctor_id.partner_id, "email"

    def _get_message_partner(self):
        """Return the contact that reads messages, for templates."""
        return self._get_message_reader()[0]

    def _get_message_channels(self, partner):
        """Return by which channels the doctor can be told, and may be."""
        channels = set()
        if partner.email:
            channels.add("email")
        if partner.phone:
            channels.add("sms")
        if self.env["clinic.reminder"]._is_sms_stopped(partner):
            channels.discard("sms")
        return {item for item in channels if not self._is_channel_refused(item)}

    def _is_channel_refused(self, channel):
        """Whether the doctor may not be told of calls by a channel, see consents."""
        return bool(
            self.env["pharma.consent"]._get_refusals(
                self.doctor_id, channel, self.company_id
            )
        )

    def _get_message_visits(self):
        """Return what the message is about: showcases are told one by one."""
        return self

    def _get_message_time(self):
        """Return when the call takes place, on the practice's clock, in words."""
        words = self.env["clinic.schedule"]._format_moment(
            epoch(self.start), self._get_tz()
        )
        # narrow spaces would cost an SMS half of its length
        return words.replace("\N{NARROW NO-BREAK SPACE}", " ").replace("\xa0", " ")

    def _get_message_where(self):
        """Return the place of the call, or how it takes place."""
        labels = dict(self._fields["modality"]._description_selection(self.env))
        place = self.site_id.name if self.modality in ("in_person", "lunch") else ""
        return ", ".join(filter(None, (labels[self.modality], place)))

    def _get_message_products(self):
        """Return the names of the products that are going to be shown."""
        return ", ".join(self.line_ids.product_id.mapped("display_name"))

    def _get_message_sender(self):
        """Return the address that e-mails about this call come from."""
        return self.company_id.email_formatted or self.env.user.email_formatted

    def _get_message_link(self, event=None):
        """Return the address of the doctor's page; the secret is the superuser's."""
        self.ensure_one()
        token = self.access_token if self.env.su else ""
        page = "/feedback" if event in reminders.AFTERWARDS else ""
        address = f"{self.get_base_url()}/showcase/{self.id}{page}?access_token={token}"
        return address if self.env.su else mask(address)


class ClinicReminderRule(models.Model):
    """Rules about showcases."""

    _inherit = "clinic.reminder.rule"

    event = fields.Selection(
        selection_add=MESSAGE_EVENTS,
        ondelete={event: "cascade" for event, _label in MESSAGE_EVENTS},
    )
    mail_template_id = fields.Many2one(
        domain=[("model", "in", ("clinic.appointment", "pharma.showcase"))]
    )

    @api.constrains("event", "channel", "fallback_channel")
    def _check_showcase_channels(self):
        """Doctors are not called by reception: representatives call themselves."""
        for rule in self.filtered(lambda item: item._is_of_showcases()):
            if "call" in (rule.channel, rule.fallback_channel):
                raise ValidationError(
                    self.env._(
                        "Messages about showcases go by e-mail or SMS. Choose another "
                        "channel than a call."
                    )
                )

    def _is_of_showcases(self):
        return bool(self.event and self.event.startswith("showcase_"))

    def _get_preview_subject(self):
        """Override: the latest showcase that the rule is for."""
        if not self._is_of_showcases():
            return super()._get_preview_subject()
        domain = [("company_id", "=", self.company_id.id), ("state", "!=", "draft")]
        if doctors := self.doctor_ids._origin:
            domain.append(("doctor_id", "in", doctors.ids))
        return self.env["pharma.showcase"].search(domain, limit=1)

    def _get_template_model(self):
        """Override."""
        if self._is_of_showcases():
            return "pharma.showcase"
        return super()._get_template_model()

    def _get_placeholder_words(self):
        """Override: what says something of a showcase (see ``_render_short``)."""
        if not self._is_of_showcases():
            return super()._get_placeholder_words()
        return {
            "practice": self.env._("Name of the company"),
            "phone": self.env._("Telephone of the representative"),
            "doctor": self.env._("Doctor"),
            "place": self.env._("Place, or how the call takes place"),
            "time": self.env._("Day and time"),
            "link": self.env._("Link to the doctor's page"),
        }

    def _render_short(self, text, visit):
        """Override: the placeholders that make sense of a showcase."""
        if visit._name != "pharma.showcase":
            return super()._render_short(text, visit)
        values = {
            "practice": visit.company_id.name,
            "phone": visit.representative_id.phone or visit.company_id.phone,
            "doctor": visit.doctor_id.display_name,
            "place": visit._get_message_where(),
            "time": visit._get_message_time(),
            "appointments": visit._get_message_time(),
            "link": visit._get_message_link(self.event),
        }
        found = []
        for words, expression, default in self._parse_short(text):
            found.append(words)
            if expression:
                found.append(str(values.get(expression) or default.strip()))
        return "".join(found).strip()

    @api.model
    def _prepare_first_rules(self):
        """Override: what a company starts with tells doctors of showcases, too."""
        return [*super()._prepare_first_rules(), *self._prepare_showcase_rules()]

    @api.model
    def _prepare_showcase_rules(self):
        """Return the values of the first rules about showcases."""
        told = {"who": "{{ practice }}", "time": "{{ time }}", "link": "{{ link }}"}
        first = (
            (
                "showcase_booked",
                self.env._("Showcase proposed"),
                self.env._("%(who)s proposes a showcase: %(time)s. %(link)s", **told),
            ),
            (
                "showcase_moved",
                self.env._("Showcase moved"),
                self.env._("Showcase of %(who)s moved: %(time)s. %(link)s", **told),
            ),
            (
                "showcase_cancelled",
                self.env._("Showcase cancelled"),
                self.env._("Showcase of %(who)s cancelled: %(time)s.", **told),
            ),
            (
                "showcase_reminder",
                self.env._("Showcase: the day before"),
                self.env._("Reminder: %(who)s, %(time)s. %(link)s", **told),
            ),
            (
                "showcase_feedback",
                self.env._("Showcase: how was it?"),
                self.env._("%(who)s: how was our call? %(link)s", **told),
            ),
        )
        return [
            self._prepare_showcase_rule(number, *values)
            for number, values in enumerate(first)
        ]

    def _prepare_showcase_rule(self, number, event, name, text):
        template = self.env.ref(
            f"pharma_showcase.mail_template_{event}", raise_if_not_found=False
        )
        timing, offset = FIRST_TIMES.get(event, ("now", 0))
        return {
            "name": name,
            "sequence": 200 + 10 * number,
            "event": event,
            "timing": timing,
            "offset": offset,
            "unit": "hours",
            "channel": "email",
            "fallback_channel": "sms",
            "mail_template_id": template.id if template else False,
            "sms_body": text,
        }

    @api.model
    def _init_showcase_rules(self):
        """Make the first rules about showcases of every company without one."""
        rules_sudo = self.sudo().with_context(active_test=False)
        with_rules = rules_sudo.search([("event", "=like", "showcase_%")]).company_id
        companies_sudo = self.env["res.company"].sudo().search([])
        rules_sudo.create(
            [
                {**values, "company_id": company.id}
                for company in companies_sudo - with_rules
                for values in rules_sudo._prepare_showcase_rules()
            ]
        )
