# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What patients may do with their own visits, and until when."""

import uuid
from dataclasses import dataclass
from datetime import timedelta

from odoo import fields, models
from odoo.tools import consteq

from ..exceptions import NoticeTooShort, TooManyBookings

#: States in which a patient may still move or cancel a visit.
CHANGEABLE_STATES = ("scheduled", "confirmed")


@dataclass(frozen=True)
class Terms:
    """What a change of a visit costs the patient who asks for it now.

    ``fee`` and ``refund`` are amounts of the appointment's currency; ``text`` says it
    in the reader's language, and is empty when no money is involved.
    """

    allowed: bool
    until: object = None  # UTC datetime: the last moment for it
    reason: str = ""  # why not, when it is not allowed
    fee: float = 0.0
    refund: float = 0.0
    text: str = ""


class ClinicAppointment(models.Model):
    """The visit in the portal."""

    _name = "clinic.appointment"
    _inherit = ["clinic.guest.author.mixin", "clinic.appointment", "portal.mixin"]

    def _compute_access_url(self):
        for appointment in self:
            appointment.access_url = f"/my/appointments/{appointment.id}"

    def _portal_ensure_token(self):
        """Override: the secret in the link is written by the door alone."""
        self.ensure_one()
        if not self.sudo().access_token:
            token = str(uuid.uuid4())
            self.sudo()._write_by_door({"access_token": token})
        return self.sudo().access_token

    def _get_guest_contact(self):
        """Override: whose visit it is, once somebody proved to book for them."""
        return self.partner_id

    def _is_open_to(self, user, access_token=None, scope="view"):
        """Whether this visit may be shown to ``user`` (or changed: ``scope``).

        :param access_token: the secret of the visit's own link, which opens this visit
            alone, to whoever has it
        """
        self.ensure_one()
        if self._is_secret(access_token):
            return True
        if user._is_public():
            return False
        patients_sudo = self.env["clinic.patient"]._get_patients_of(
            user.partner_id, scope
        )
        return self.sudo().patient_id in patients_sudo

    def _is_secret(self, access_token):
        """Whether ``access_token`` is the secret of this visit's own link."""
        self.ensure_one()
        secret = self.sudo().access_token
        # bytes: texts beyond ASCII cannot be compared in constant time
        given = str(access_token or "").encode(errors="replace")
        return bool(secret and given and consteq(secret.encode(), given))

    def _renew_secret(self):
        """Let the links that are about open these visits no more."""
        for appointment in self.sudo().filtered("access_token"):
            appointment._write_by_door({"access_token": str(uuid.uuid4())})

    def _move(self, wanted, reason=None, public=False):
        """Override: the link of who came before does not open another one's visit."""
        patient = self.patient_id
        result = super()._move(wanted, reason, public)
        if patient and self.patient_id != patient and self.state != "hold":
            self._renew_secret()
        return result

    def _get_next_portal_step(self):
        """Take the hold as far as it goes now; return the page that comes next.

        Here that is its confirmation, and "done". An addon that has something to ask
        for first leaves the hold as it is and names its own page.

        :raise HoldExpired: when the held time was given back meanwhile
        """
        self.ensure_one()
        if self._is_hold():
            self.confirm()
        return "done"

    # ------------------------------------------------------------------
    # Terms: shown before the click, and held to after it
    # ------------------------------------------------------------------

    def _get_patient_price(self):
        """Return what the patient pays for this visit in all."""
        self.ensure_one()
        return self.amount

    def _get_terms(self, change):
        """Return the ``Terms`` of a change that the patient asks for now.

        Those of a hold are the terms of the visit that it is going to be.

        :param change: "cancel" or "reschedule"
        """
        self.ensure_one()
        notice = {
            "cancel": self.service_id.sudo().cancel_notice,
            "reschedule": self.service_id.sudo().reschedule_notice,
        }[change]
        if self.state not in ("hold", *CHANGEABLE_STATES):
            reason = self.env._("This appointment is over, cancelled or has begun.")
            return Terms(False, reason=reason)
        until = self.start - timedelta(hours=notice)
        if fields.Datetime.now() > until:
            return Terms(False, until, self._get_notice_sentence(change, until))
        return Terms(True, until)

    def _get_notice_sentence(self, change, until):
        when = self._format_time(until, self.site_id)
        if change == "cancel":
            return self.env._(
                "It could be cancelled here until %(when)s. Please call us.", when=when
            )
        return self.env._(
            "It could be moved here until %(when)s. Please call us.", when=when
        )

    def _cancel_by_patient(self, reason=None):
        """Cancel for the patient, who is bound by the notice.

        :raise NoticeTooShort: too late, or nothing to cancel any more
        """
        for appointment in self:
            terms = appointment._get_terms("cancel")
            if not terms.allowed:
                raise NoticeTooShort(terms.reason)
            appointment.with_context(clinic_asked_by_patient=True).cancel(
                reason=reason or self.env._("Cancelled by the patient.")
            )

    def _reschedule_by_patient(self, values):
        """Move for the patient, who is bound by the notice and the public grid.

        :param dict values: ``start`` (UTC), and ``doctor_id``, ``site_id`` if others
        :raise BookingError: one of its kinds
        """
        for appointment in self:
            terms = appointment._get_terms("reschedule")
            if not terms.allowed:
                raise NoticeTooShort(terms.reason)
            reason = self.env._("Moved by the patient.")
            appointment.reschedule(values, reason=reason, public=True)

    def _check_upcoming_limit(self, patients):
        """Refuse this hold to whose patients have as many visits ahead as allowed.

        :param patients: those whose visits count together
        :raise TooManyBookings: saying how many there are
        """
        self.ensure_one()
        company = self.sudo().company_id or self.env.company
        most = company.clinic_patient_max_upcoming
        count = patients._count_upcoming(self) if most else 0
        if most and count >= most:
            raise TooManyBookings(
                self.env._(
                    "There are %(count)s appointments ahead already, as many as can "
                    "be booked online. Please call us for another one.",
                    count=count,
                )
            )
