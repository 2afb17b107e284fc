# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The page on which somebody who waits follows the own number."""

import base64
from datetime import timedelta

import qrcode
from qrcode.image.svg import SvgPathImage

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import consteq

from odoo.addons.clinic_scheduling.models.clinic_guest_rating_mixin import STARS
from odoo.addons.clinic_scheduling.models.clinic_schedule import epoch

#: States in which the number still counts.
OPEN_STATES = ("waiting", "called", "parked")

#: So many numbers that were called last are shown.
LAST_CALLED = 3


class ClinicQueueTicket(models.Model):
    _inherit = "clinic.queue.ticket"

    def _get_page_path(self):
        """Return the address of the patient's page, without the host."""
        self.ensure_one()
        return f"/clinic/queue/ticket/{self.sudo().access_token}"

    def _get_page_url(self):
        """Return the address of the patient's page; whoever has it may leave."""
        return f"{self.get_base_url()}{self._get_page_link()}"

    def _get_qr_image(self):
        """Return the page's address as a QR code: a ``data:`` address of an SVG."""
        image = qrcode.make(self._get_page_url(), image_factory=SvgPathImage)
        content = base64.b64encode(image.to_string()).decode()
        return f"data:image/svg+xml;base64,{content}"

    def _get_slip_texts(self):
        """Return what a slip tells beside the number: since when, and how long yet."""
        self.ensure_one()
        schedule = self.env["clinic.schedule"]
        at = schedule._format_moment(epoch(self.arrived_at), self.site_id.tz)
        band = self._describe_band(self._show_estimates("patient").get(self))
        wait = band and self.env._("Expected wait: %(wait)s", wait=band)
        return {"at": at, "wait": wait}

    @api.model
    def _find_by_token(self, token):
        """Return, as superuser, the ticket whose page a link opens, or none.

        Links end with the day of the ticket, but not while its holder is still here.
        """
        tickets_sudo = self.sudo()
        found_sudo = tickets_sudo.search([("access_token", "=", token)], limit=1)
        if not found_sudo or not consteq(found_sudo.access_token, token):
            return tickets_sudo.browse()
        today = found_sudo.queue_id._get_today()
        is_late = (
            found_sudo.state in OPEN_STATES or found_sudo.state == "in_consultation"
        )
        oldest = today - timedelta(days=1) if is_late else today
        return found_sudo if found_sudo.day >= oldest else tickets_sudo.browse()

    def _get_page_state(self):
        """Return what the patient's page shows; nothing else of the ticket is public.

        ``wait`` is a band in minutes, or None, ``wait_text`` in words; ``place``
        counts from 1, None: not in line.
        """
        self.ensure_one()
        ticket_sudo = self.sudo()
        queue_sudo = ticket_sudo.queue_id
        place = ticket_sudo._get_place() if ticket_sudo.state == "waiting" else None
        band = ticket_sudo._show_estimates("patient").get(ticket_sudo)
        calls = queue_sudo._get_recent_calls(fields.Datetime.now()) - ticket_sudo
        return {
            "number": ticket_sudo.name,
            "state": ticket_sudo.state,
            "site": ticket_sudo.site_id.name,
            "phone": ticket_sudo.site_id.phone,
            "place": place,
            "is_next": place == 1,
            "wait": [round(seconds / 60) for seconds in band] if band else None,
            "wait_text": ticket_sudo._describe_band(band) or "",
            "room": ticket_sudo._get_room() if ticket_sudo.desk_id else "",
            "call": ticket_sudo.call_count if ticket_sudo.state == "called" else 0,
            "last_called": calls[:LAST_CALLED].mapped("name"),
            "is_emergency": queue_sudo._has_emergency(),
            "may_leave": ticket_sudo.state in OPEN_STATES,
            "may_rate": ticket_sudo._may_be_rated(),
            "is_rated": bool(ticket_sudo._get_page_rating()),
        }

    def _get_place(self):
        """Return the place in line, from 1; None: not waiting, or not in this line."""
        self.ensure_one()
        ordered = self.queue_id._get_order(doctors=self.doctor_id).ids
        return ordered.index(self.id) + 1 if self.id in ordered else None

    def _leave_by_page(self):
        """Leave the line, as the patient's page asks; repeating it does no harm.

        :raise UserError: the consultation has begun, or is over
        """
        self.ensure_one()
        self.sudo().lock_for_update()
        if self.state in ("cancelled", "absent"):
            return
        if self.state not in OPEN_STATES:
            raise UserError(self.env._("You are being seen already."))
        self.leave_queue(self._for_staff().env._("Left by the own page."))

    # ------------------------------------------------------------------
    # Feedback
    # ------------------------------------------------------------------

    def _get_page_rating(self):
        """Return, as superuser, what was said of this visit; may be empty."""
        self.ensure_one()
        visit_sudo = self.sudo().appointment_id
        if visit_sudo:
            return visit_sudo._get_feedback()
        domain = [("res_model", "=", self._name), ("res_id", "=", self.id)]
        return self.env["rating.rating"].sudo().search(domain, limit=1)

    def _may_be_rated(self):
        """Whether the page asks how it was."""
        self.ensure_one()
        if self.state != "completed" or self._get_page_rating():
            return False
        visit_sudo = self.sudo().appointment_id
        return not visit_sudo or visit_sudo._may_give_feedback()

    def _rate_by_page(self, stars):
        """Keep how it was. Of a walk-in only stars: every employee can read those.

        :param int stars: one of 1 to 5
        :raise UserError: it is not over, or was said already
        """
        self.ensure_one()
        if stars not in STARS:
            raise UserError(self.env._("Choose from 1 to 5 stars."))
        ticket_sudo = self.sudo()
        ticket_sudo.lock_for_update()
        if not ticket_sudo._may_be_rated():
            raise UserError(self.env._("This visit cannot be rated any more."))
        if visit_sudo := ticket_sudo.appointment_id:
            visit_sudo._give_feedback(stars)
            return
        self.env["rating.rating"].sudo().create(
            {
                "res_model_id": self.env["ir.model"]._get_id(self._name),
                "res_id": ticket_sudo.id,
                "rating": stars,
                "consumed": True,
            }
        )
