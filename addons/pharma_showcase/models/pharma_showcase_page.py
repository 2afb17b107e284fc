# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the doctor's own page says of a showcase: plain values, and only theirs."""

import uuid
from datetime import timedelta

from odoo import fields, models
from odoo.tools.misc import hash_sign, verify_hash_signed

from odoo.addons.clinic_scheduling.exceptions import IllegalTransition
from odoo.addons.clinic_scheduling.utils import clean_text, is_web_address

from .pharma_showcase_message import AHEAD_STATES

#: How far around the call (days before, after) free times are offered, how many, and
#: how many of one day.
OFFER_DAYS = (14, 28)
OFFER_COUNT = 12
OFFERS_A_DAY = 4

#: How long the links last by which one call leads to the doctor's others (hours).
PASS_HOURS = 24

#: The longest reason that a doctor gives.
REASON_LENGTH = 200


class PharmaShowcase(models.Model):
    """The page that a doctor opens by a link; call all of this as superuser."""

    _name = "pharma.showcase"
    _inherit = ["clinic.guest.author.mixin", "pharma.showcase"]

    def _get_guest_contact(self):
        """Override: who acts by the link is the doctor."""
        return self.doctor_id.partner_id

    def _move(self, wanted, reason=None, by_doctor=False):
        """Override: the link of one doctor does not open another one's call."""
        doctor = self.doctor_id
        result = super()._move(wanted, reason, by_doctor)
        if self.doctor_id != doctor:
            self.sudo()._write_by_door({"access_token": str(uuid.uuid4())})
        return result

    # ------------------------------------------------------------------
    # Links
    # ------------------------------------------------------------------

    def _has_page(self):
        """Whether links to this call open anything: until some days after it."""
        self.ensure_one()
        # a draft was proposed to nobody
        if not (self.active and self.doctor_id.active) or self.state == "draft":
            return False
        days = timedelta(days=self.company_id.pharma_link_days)
        return self.stop + days > fields.Datetime.now()

    def _get_pass_scope(self):
        # another secret of the call makes its passes worthless
        return f"pharma_showcase.page:{self.sudo().access_token}"

    def _get_pass(self):
        """Return what opens this call's page for some hours; call it as superuser."""
        scope = self._get_pass_scope()
        return hash_sign(self.env, scope, self.ids, expiration_hours=PASS_HOURS)

    def _is_pass(self, text):
        """Whether ``text`` is a pass to this call that still holds."""
        self.ensure_one()
        env = self.env(su=True)
        try:
            found = verify_hash_signed(env, self._get_pass_scope(), str(text or ""))
        except ValueError:  # malformed: no base64, no such version, no text
            return False
        return found == self.ids

    def _get_agenda(self, access_token):
        """Return the doctor's other calls to come, for who has this call's own link.

        Links of calls that are over, and passes, lead to no other call: an old mail in
        wrong hands opens nothing new, and what a page hands out ends by itself.
        """
        if not (self._is_answerable() and self._is_secret(access_token)):
            return []
        others = self._get_upcoming() - self
        return [
            {
                **other._get_page_row(),
                "link": f"/showcase/{other.id}?access_token={other._get_pass()}",
            }
            for other in others
        ]

    def _is_answerable(self):
        """Whether the doctor may still accept, move or decline."""
        self.ensure_one()
        is_ahead = self.start > fields.Datetime.now()
        return self.active and self.state in AHEAD_STATES and is_ahead

    def _get_upcoming(self):
        """Return the calls of this company to this doctor that are to come."""
        self.ensure_one()
        return self.search(
            [
                ("doctor_id", "=", self.doctor_id.id),
                ("company_id", "=", self.company_id.id),
                ("state", "in", tuple(AHEAD_STATES)),
                ("start", ">", fields.Datetime.now()),
            ],
            order="start, id",
        )

    def _get_page_row(self):
        """Return what a list says of this call."""
        self.ensure_one()
        states = dict(self._fields["state"]._description_selection(self.env))
        return {
            "id": self.id,
            "number": self.name,
            "when": self._get_message_time(),
            "where": self._get_message_where(),
            "state": self.state,
            "state_label": states[self.state],
            "representative": self.representative_id.name,
        }

    def _get_page_values(self):
        """Return the values of the doctor's page."""
        self.ensure_one()
        return {
            **self._get_page_row(),
            "doctor": self.doctor_id.display_name,
            "company": self.company_id.name,
            "phone": self.representative_id.phone or self.company_id.phone,
            "email": self.representative_id.email,
            "minutes": self.duration,
            "video_url": self._get_video_link(),
            "agenda": self.agenda,
            "products": [
                {"name": line.product_id.display_name, "minutes": line.minutes}
                for line in self.line_ids
            ],
            "is_answerable": self._is_answerable(),
        }

    def _get_video_link(self):
        """Return where a video call takes place, False for other calls."""
        is_video = self.modality == "video" and is_web_address(self.video_url)
        return self.video_url if is_video else False

    def _get_page_times(self):
        """Return free times that the doctor may choose instead, in order."""
        self.ensure_one()
        call = self._get_call({})
        call.by_doctor, call.exception = True, False
        before, after = (timedelta(days=days) for days in OFFER_DAYS)
        first = max(fields.Datetime.now(), self.start - before)
        found = self._find_times(call, first, self.start + after)
        chosen = self._spread_times(found, call, OFFERS_A_DAY)[:OFFER_COUNT]
        return [
            {
                "start": start,
                "site": site,
                "label": self._format_call_time(start, call),
            }
            for start, site in sorted(chosen)
        ]

    # ------------------------------------------------------------------
    # Answers
    # ------------------------------------------------------------------

    def _answer_accept(self):
        """The doctor accepts."""
        self._check_answerable()
        self._accept()
        self._tell_representative(self.env._("The doctor accepted the call."))

    def _get_page_reasons(self):
        """Return the reasons that doctors may choose from, as plain values."""
        reasons = self.env["pharma.showcase.reason"].search(
            [("is_of_doctor", "=", True)]
        )
        return [{"id": reason.id, "name": reason.name} for reason in reasons]

    def _answer_decline(self, reason, reason_id=None):
        """The doctor declines, and may say why.

        :param str reason: a few words
        :param int reason_id: one of ``_get_page_reasons``; anything else is none
        """
        self._check_answerable()
        names = {item["id"]: item["name"] for item in self._get_page_reasons()}
        text = clean_text(reason, REASON_LENGTH)
        reason_id = reason_id if reason_id in names else False
        text = text or names.get(reason_id, "")
        self._decline(text, end_reason_id=reason_id)
        sentence = self.env._("The doctor declined the call. %(why)s", why=text)
        self._tell_representative(sentence.strip(), is_task=True)

    def _answer_move(self, start, site_id):
        """The doctor chooses another time.

        :param start: a UTC datetime
        """
        self._check_answerable()
        before = self._get_message_time()
        reason = self.env._("Chosen by the doctor")
        self._reschedule(
            {"start": start, "site_id": site_id}, reason=reason, by_doctor=True
        )
        sentence = self.env._(
            "The doctor moved the call from %(before)s to %(now)s.",
            before=before,
            now=self._get_message_time(),
        )
        self._tell_representative(sentence, is_task=True)

    def _check_answerable(self):
        if not self._is_answerable():
            raise IllegalTransition(
                self.env._("This call is over, declined or cancelled.")
            )

    def _tell_representative(self, sentence, is_task=False):
        """Note what the doctor did; what changes plans is a task, too."""
        self._message_log(body=sentence)
        if is_task:
            self.with_context(mail_activity_quick_update=True).activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=self.user_id.id,
                summary=sentence,
            )
