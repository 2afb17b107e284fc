# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What patients answer to an SMS, what it means, and what is done about it.

A reply is about the visit that the last SMS to its number was about. Where that cannot
be told for certain, or where a change costs something, nothing is done: the patient is
asked to use the link in the message, behind which everything is shown.
"""

import re
import unicodedata
from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.clinic_scheduling.exceptions import BookingError

from .. import const

MEANINGS = [
    ("confirm", "Confirm"),
    ("cancel", "Cancel"),
    ("stop", "No more SMS"),
    ("start", "SMS again"),
    ("help", "Help"),
    ("other", "Something else"),
]

OUTCOMES = [
    ("confirmed", "Visit confirmed"),
    ("cancelled", "Visit cancelled"),
    ("link", "Asked to use the link"),
    ("late", "Too late: asked to call"),
    ("unknown", "No visit to change"),
    ("stopped", "Unsubscribed"),
    ("started", "Subscribed again"),
    ("helped", "Told what can be answered"),
    ("noted", "Passed on to reception"),
]

#: Messages that are answered on their own pages: there is more to choose there
OFFERS = ("waitlist_offer", "away_offer")


def fold(text):
    """Return a text as it is compared: no case, accents, signs or spaces around."""
    text = unicodedata.normalize("NFKD", text or "").casefold()
    text = "".join(sign for sign in text if not unicodedata.combining(sign))
    return re.sub(r"[\W_]+", " ", text).strip()


class ClinicSmsReply(models.Model):
    """One SMS of a patient; Twilio may bring it more than once."""

    _name = "clinic.sms.reply"
    _description = "SMS from a Patient"
    _order = "id desc"
    _rec_name = "number"

    message_sid = fields.Char(string="Message SID", required=True, readonly=True)
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    number = fields.Char(string="From", required=True, readonly=True, index=True)
    to_number = fields.Char(string="To", readonly=True)
    body = fields.Text(string="Text", readonly=True)
    meaning = fields.Selection(MEANINGS, readonly=True)
    outcome = fields.Selection(OUTCOMES, readonly=True)
    answer = fields.Text(readonly=True, help="What the patient was answered by SMS.")
    reminder_id = fields.Many2one(
        "clinic.reminder",
        string="Answers",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    appointment_id = fields.Many2one(
        "clinic.appointment", readonly=True, ondelete="set null", index="btree_not_null"
    )
    patient_id = fields.Many2one(
        "clinic.patient",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        help="Of the visit, else the only one with this number.",
    )
    site_id = fields.Many2one(
        related="appointment_id.site_id", store=True, index="btree_not_null"
    )

    _unique_sid = models.Constraint(
        "UNIQUE (message_sid)", "This message was received already."
    )

    @api.autovacuum
    def _gc_old(self):
        limit = fields.Datetime.now() - timedelta(days=const.KEEP_DAYS)
        self.search([("create_date", "<", limit)], limit=1000).unlink()

    # Receiving ------------------------------------------------------------

    @api.model
    def _receive(self, company, values, opt_out=""):
        """Keep a reply, act on it, and return it; the same once more changes nothing.

        Call it as superuser, for a message whose signature was checked.

        :param company: whose number received it
        :param dict values: ``message_sid``, ``number``, ``to_number``, ``body``
        :param opt_out: what Twilio itself took it for and answered: START, STOP, HELP
        """
        known = self.search([("message_sid", "=", values["message_sid"])])
        if known:
            return known
        meaning = opt_out.lower() or const.WORDS.get(fold(values["body"]), "other")
        reply = self._claim(company, values["message_sid"], values["number"])
        reply.write({**values, "meaning": meaning})
        reply._act(is_answered=bool(opt_out))
        return reply

    def _claim(self, company, message_sid, number):
        """Return a new row for a message that nobody else takes in at this moment.

        :raise psycopg2.OperationalError: somebody does, and the request comes again
        """
        now = fields.Datetime.now()
        rows = self.env.execute_query(
            SQL(
                "INSERT INTO clinic_sms_reply (message_sid, company_id, number,"
                " create_uid, create_date, write_uid, write_date)"
                " VALUES (%s, %s, %s, %s, %s, %s, %s)"
                " ON CONFLICT (message_sid) DO NOTHING RETURNING id",
                *(message_sid, company.id, number),
                *(self.env.uid, now, self.env.uid, now),
            )
        )
        if not rows:
            raise ConcurrencyError(message_sid)
        return self.browse(rows[0])

    def _act(self, is_answered=False):
        """Do what the patient wants, and write down what to answer.

        :param is_answered: Twilio has answered already
        """
        self.ensure_one()
        reminder, visits = self._find_subject()
        reply = self._speak(reminder)
        visit = visits.with_env(reply.env) if len(visits) == 1 else visits.browse()
        patients = visit.patient_id or reply._find_patients()
        reply.write(
            {
                "reminder_id": reminder.id,
                "appointment_id": visit.id,
                "patient_id": patients.id if len(patients) == 1 else False,
            }
        )
        if self.meaning in ("confirm", "cancel"):
            outcome, answer = reply._change(reminder.with_env(reply.env), visits, visit)
        else:
            outcome, answer = getattr(reply, f"_act_on_{self.meaning}")()
        reply.write({"outcome": outcome, "answer": not is_answered and answer})

    def _speak(self, reminder):
        """Return this reply in the language and on the clock of its sender."""
        patient = reminder.patient_id or self._find_patients()[:1]
        lang = patient.lang or self.company_id.partner_id.lang
        known = dict(self.env["res.lang"].get_installed())
        site = reminder.site_id
        return self.with_company(self.company_id).with_context(
            lang=lang if lang in known else None,
            tz=site.tz or self.company_id.partner_id.tz,
        )

    # What it is about -----------------------------------------------------

    def _find_subject(self):
        """Return the last SMS to this number, and the visits that may be meant."""
        reminders = self.env["clinic.reminder"].search(
            Domain("channel", "=", "sms")
            & Domain("state", "in", ["sent", "delivered"])
            & Domain("address", "=", self.number)
            & Domain("company_id", "=", self.company_id.id)
            & Domain("sent_at", "!=", False),
            order="sent_at desc, id desc",
            limit=50,
        )
        last = reminders[:1]
        if not last:
            return last, last.appointment_id
        since = last.sent_at - timedelta(hours=const.TOGETHER_HOURS)
        recent = reminders.filtered(lambda item: item.sent_at >= since)
        told = recent | self.env["clinic.reminder"].search(
            [("merged_into_id", "in", recent.ids)]
        )
        subjects = (last | last.search([("merged_into_id", "=", last.id)])).mapped(
            "appointment_id"
        )
        open_visits = told.appointment_id.filtered(lambda visit: visit._is_answerable())
        return last, open_visits if subjects & open_visits else subjects

    def _find_patients(self):
        """Return the patients of the company who have this number."""
        return self.env["clinic.patient"].search(
            Domain("partner_id.phone_sanitized", "=", self.number)
            & Domain("company_id", "in", [False, self.company_id.id]),
            order="id",
        )

    # What is done ---------------------------------------------------------

    def _change(self, reminder, visits, visit):
        """Confirm or cancel, if it is certain what is meant; return what came of it.

        :return: (outcome, answer)
        """
        if not visits.filtered(lambda item: item._is_answerable()):
            return "unknown", self._say_unknown()
        if not visit or reminder.event in OFFERS or visit.state == "hold":
            return "link", self.env._(
                "Please use the link in our message: there you see what you choose."
            )
        if not visit._is_as_told(reminder):
            return "link", self.env._(
                "The appointment has changed since our message. Please see: %(link)s",
                link=visit._get_message_link("moved"),
            )
        try:
            with self.env.cr.savepoint():
                return getattr(self, f"_act_on_{self.meaning}")(visit)
        except BookingError as error:
            return "link", f"{error.args[0]} {self._get_call_sentence()}".strip()

    def _act_on_confirm(self, visit):
        visit.confirm()
        return "confirmed", self.env._(
            "Thank you. Your appointment on %(when)s is confirmed.",
            when=visit._get_message_time(),
        )

    def _act_on_cancel(self, visit):
        terms = visit._get_terms("cancel")
        if not terms.allowed:
            return "late", f"{terms.reason} {self._get_call_number()}".strip()
        if terms.fee:
            return "link", self.env._(
                "Cancelling costs a fee now. Please see: %(link)s",
                link=visit._get_message_link("reminder"),
            )
        visit._cancel_by_patient(self.env._("Cancelled by the patient by SMS."))
        return "cancelled", self.env._(
            "Your appointment on %(when)s is cancelled.",
            when=visit._get_message_time(),
        )

    def _act_on_stop(self):
        message = self.env._("Unsubscribed by SMS.")
        blacklist = self.env["phone.blacklist"]
        blacklist._stop_by_sms(self.number, self.company_id, message)
        self._note_on_patients(message)
        return "stopped", self.env._(
            "You get no more SMS from %(company)s. Reply START to get them again.",
            company=self.company_id.name,
        )

    def _act_on_start(self):
        message = self.env._("Subscribed again by SMS.")
        blacklist = self.env["phone.blacklist"]
        if not blacklist._start_by_sms(self.number, self.company_id, message):
            self._tell_reception()
            answer = self.env._(
                "Thank you. You have asked for SMS again: we pass it on. %(call)s",
                call=self._get_call_sentence(),
            )
            return "noted", answer.strip()
        self._note_on_patients(message)
        return "started", self.env._(
            "You get SMS from %(company)s again.", company=self.company_id.name
        )

    def _act_on_help(self):
        return "helped", self.env._(
            "%(company)s: reply 1 to confirm or 2 to cancel the appointment of our "
            "last message, STOP for no more SMS. %(call)s",
            company=self.company_id.name,
            call=self._get_call_sentence(),
        ).strip()

    def _act_on_other(self):
        self._tell_reception()
        answer = self.env._(
            "Thank you. We pass your message on. Reply 1 to confirm or 2 to cancel "
            "your appointment. %(call)s",
            call=self._get_call_sentence(),
        )
        return "noted", answer.strip()

    # Words ----------------------------------------------------------------

    def _say_unknown(self):
        sentence = self.env._("We find no appointment ahead for this number.")
        return f"{sentence} {self._get_call_sentence()}".strip()

    def _get_call_sentence(self):
        number = self._get_call_number()
        return number and self.env._("If it is urgent, call %(phone)s.", phone=number)

    def _get_call_number(self):
        """Return the telephone of the site, else of the company, or ""."""
        site = self.appointment_id.site_id or self.reminder_id.site_id
        return site.phone or self.company_id.phone or ""

    # Telling staff --------------------------------------------------------

    def _note_on_patients(self, message):
        for patient in self._find_patients():
            patient.message_post(body=message, subtype_xmlid="mail.mt_note")

    def _tell_reception(self):
        """Schedule for reception to read what nobody but people understands.

        One activity at a time for a visit: more messages are added to it.
        """
        visit = self.appointment_id or self.reminder_id.appointment_id
        target = visit or self._find_patients()[:1]
        if not target:
            return
        activity_type = self.env.ref("clinic_sms_twilio.mail_activity_type_reply")
        waiting = target.activity_ids.filtered(
            lambda activity: activity.activity_type_id == activity_type
        )
        if waiting:
            waiting[0].note = waiting[0].note + self._quote()
            return
        users = self.env["clinic.impact.check"]._get_receptions(visit.site_id)
        user = users.get(visit.site_id, self.env["res.users"])
        target.with_context(mail_activity_quick_update=True).activity_schedule(
            activity_type_id=activity_type.id,
            summary=self.env._("The patient answered by SMS"),
            note=self._quote(),
            user_id=user.id,
        )

    def _quote(self):
        """Return the patient's words as HTML, which hold nothing but words."""
        return Markup("<p>%s: %s</p>") % (self.number, self.body or "")
