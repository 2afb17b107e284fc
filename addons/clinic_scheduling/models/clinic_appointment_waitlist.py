# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Visits and the waitlist: time that is given back, and holds that are offers."""

from urllib.parse import urlencode

from odoo import fields, models
from odoo.exceptions import UserError

from ..const import CLAIMING_STATES

#: What moves a visit away from its time.
PLACE_FIELDS = ("doctor_id", "site_id", "start", "stop")


class ClinicAppointment(models.Model):
    """What the waitlist sees of a visit."""

    _inherit = "clinic.appointment"

    waitlist_offer_ids = fields.One2many(
        "clinic.waitlist.offer", "appointment_id", readonly=True
    )
    can_fill_gap = fields.Boolean(compute="_compute_can_fill_gap")

    def _compute_can_fill_gap(self):
        now = fields.Datetime.now()
        for visit in self:
            is_free = visit.state in ("cancelled", "no_show")
            visit.can_fill_gap = bool(is_free and visit.start and visit.start > now)

    # ------------------------------------------------------------------
    # Time that becomes free
    # ------------------------------------------------------------------

    def _transition(self, target, **values):
        """Override: note time that is given back, and end an offer with its hold."""
        freed = self.browse()
        if target not in CLAIMING_STATES:
            freed = self.filtered(lambda item: item._gives_back_time())
        cause = self._get_gap_cause(target)
        offers_sudo = self._get_open_waitlist_offers()
        result = super()._transition(target, **values)
        if target == "cancelled":
            offers_sudo._note_answer("stopped")
        if freed:
            freed._note_gaps(cause)
        return result

    def _gives_back_time(self):
        """Whether time becomes free without this visit; offers see to their own."""
        self.ensure_one()
        is_offer = self.state == "hold" and self.source == "waitlist"
        return self.state in CLAIMING_STATES and not is_offer

    def _get_gap_cause(self, target):
        is_hold = all(visit.state == "hold" for visit in self)
        return "expired" if is_hold else target

    def _move(self, wanted, reason=None, public=False):
        """Override: note the time that a visit leaves."""
        before = {name: self[name] for name in PLACE_FIELDS}
        vals = self._prepare_gap_vals("moved") if self.start else None
        if vals and public:
            vals["is_given_back"] = True
        result = super()._move(wanted, reason, public)
        if vals and any(self[name] != value for name, value in before.items()):
            self._note_gap_vals([vals])
        return result

    def _note_gaps(self, cause):
        """Note that the time of these visits is free again."""
        self._note_gap_vals([visit._prepare_gap_vals(cause) for visit in self])

    def _prepare_gap_vals(self, cause):
        self.ensure_one()
        return {
            "doctor_id": self.doctor_id.id,
            "site_id": self.site_id.id,
            "service_id": self.service_id.id,
            "company_id": (self.company_id or self.env.company).id,
            "appointment_id": self.id,
            "start": self.start,
            "stop": self.stop,
            "cause": cause,
            "is_given_back": bool(self.env.context.get("clinic_asked_by_patient")),
        }

    def _note_gap_vals(self, vals_list):
        now = fields.Datetime.now()
        gaps = self.env["clinic.waitlist.gap"]
        ahead = [vals for vals in vals_list if vals["stop"] > now]
        companies = self.env["res.company"].browse(
            {vals["company_id"] for vals in ahead}
        )
        wanted = {company.id for company in companies if gaps._is_wanted(company)}
        gaps._note([vals for vals in ahead if vals["company_id"] in wanted])

    # ------------------------------------------------------------------
    # Holds that are offers
    # ------------------------------------------------------------------

    def _get_open_waitlist_offers(self):
        """Return, as superuser, the open offers whose holds these are."""
        holds = self.filtered(
            lambda item: item.source == "waitlist" and item.state == "hold"
        )
        # sudo: an offer follows its hold, whoever ends or confirms that
        offers_sudo = holds.sudo().waitlist_offer_ids
        return offers_sudo.filtered(lambda offer: offer.state == "offered")

    def _confirm_hold(self):
        """Override: who books an offered time has accepted the offer."""
        offers_sudo = self._get_open_waitlist_offers()
        result = super()._confirm_hold()
        offers_sudo._note_answer("accepted")
        return result

    def _expire_hold(self):
        """Override: an offer that nobody answered in time is over."""
        self._get_open_waitlist_offers()._note_answer("expired")
        return super()._expire_hold()

    def _get_waitlist_offer(self):
        """Return, as superuser, the offer that this visit was held for, if any."""
        self.ensure_one()
        return self.sudo().waitlist_offer_ids[:1]

    def _get_offer_until(self):
        """Return until when the time is held for the patient, as text."""
        self.ensure_one()
        end = self.hold_expires_at
        return self._get_message_moment(end)

    def _get_message_link(self, event):
        """Override: a message about an offer leads to the page that asks."""
        if event != "waitlist_offer":
            return super()._get_message_link(event)
        self.ensure_one()
        query = urlencode({"access_token": self._portal_ensure_token()})
        return f"{self.get_base_url()}{self.access_url}/offer?{query}"

    # ------------------------------------------------------------------
    # Reception
    # ------------------------------------------------------------------

    def action_fill_gap(self):
        """Offer the time of a visit that does not take place to who waits for it."""
        self.ensure_one()
        self.check_access("read")
        if self.state in CLAIMING_STATES:
            raise UserError(self.env._("This appointment still takes its time."))
        cause = "no_show" if self.state == "no_show" else "cancelled"
        vals = self._prepare_gap_vals(cause)
        return self.env["clinic.waitlist.gap"]._fill_time(vals)
