# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Reception hears of visits that wait for a decision: one activity per doctor and
site, which closes by itself when the last of them is decided."""

from odoo import api, models

ACTIVITY = "clinic_scheduling.mail_activity_type_decide"
RECEPTION = "clinic_scheduling.group_clinic_receptionist"
MANAGER = "clinic_scheduling.group_clinic_manager"


class ClinicImpactCheck(models.AbstractModel):
    """Telling reception."""

    _inherit = "clinic.impact.check"

    @api.model
    def _tell_reception(self, appointments_sudo):
        """Schedule what these visits' receptions have to decide."""
        pending = self._get_reception_activities(appointments_sudo.doctor_id)
        receptions = self._get_receptions(appointments_sudo.site_id)
        for (doctor, site), visits in appointments_sudo.grouped(
            lambda visit: (visit.doctor_id, visit.site_id)
        ).items():
            user = receptions[site]
            known = pending.filtered(
                lambda activity, doctor=doctor, user=user: (
                    activity.res_id == doctor.id and activity.user_id == user
                )
            )
            if known:
                continue
            doctor.with_context(mail_activity_quick_update=True).activity_schedule(
                ACTIVITY,
                # the day on the site's clock
                date_deadline=visits[0]._localize(min(visits.mapped("start"))).date(),
                summary=self.env._(
                    "Appointments at %(site)s need a decision", site=site.name
                ),
                note=self.env._(
                    "Open the appointments of %(doctor)s, choose the filter "
                    '"Needs a decision", and move, keep or cancel each of them.',
                    doctor=doctor.display_name,
                ),
                user_id=user.id,
            )

    @api.model
    def _close_reception_activities(self, doctors):
        """Close the activities of those doctors who have nothing left to decide."""
        if not doctors:
            return
        waiting = (
            self.env["clinic.appointment"]
            .sudo()
            ._read_group(
                [("doctor_id", "in", doctors.ids), ("attention", "!=", False)],
                ["doctor_id"],
            )
        )
        waiting = {doctor.id for (doctor,) in waiting}
        done = doctors.filtered(lambda doctor: doctor.id not in waiting)
        self._get_reception_activities(done).unlink()

    def _get_reception_activities(self, doctors=None):
        """Return what is scheduled about ``doctors`` (None: about any)."""
        domain = [
            ("res_model", "=", "clinic.doctor"),
            ("activity_type_id", "=", self.env.ref(ACTIVITY).id),
        ]
        if doctors is not None:
            domain.append(("res_id", "in", doctors.ids))
        return self.env["mail.activity"].sudo().search(domain)

    def _get_receptions(self, sites):
        """Return {site: user} of who decides there.

        Of the receptionists that may see the site, one who works at named sites
        comes first, then one who is not a manager, then the longest there. Without
        any the activity is nobody's, and whoever opens the doctor sees it.
        """
        users = (
            self.env["res.users"]
            .sudo()
            .search(
                [
                    ("all_group_ids", "in", self.env.ref(RECEPTION).ids),
                    ("share", "=", False),
                ],
                order="id",
            )
        )
        manager = self.env.ref(MANAGER)
        ranked = users.sorted(
            lambda user: (
                not user.clinic_site_ids,
                manager in user.all_group_ids,
                user.id,
            )
        )
        return {site: self._choose_reception(ranked, site) for site in sites}

    def _choose_reception(self, users, site):
        for user in users:
            sees = not user.clinic_site_ids or site in user.clinic_site_ids
            if sees and site.company_id in user.company_ids:
                return user
        return users.browse()
