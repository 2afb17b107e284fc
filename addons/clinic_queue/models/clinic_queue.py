# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import pytz

from odoo import api, fields, models
from odoo.fields import Domain


class ClinicQueue(models.Model):
    """One waiting line of a site: whom it serves, where, and by which policy."""

    _name = "clinic.queue"
    _description = "Queue"
    _inherit = ["bus.listener.mixin"]
    _order = "site_id, sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        string="Prefix",
        required=True,
        size=3,
        help="Begins the numbers of this queue's tickets: A-012.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    site_id = fields.Many2one(
        "clinic.site", required=True, index=True, check_company=True
    )
    company_id = fields.Many2one(
        related="site_id.company_id", store=True, index=True, precompute=True
    )
    policy_id = fields.Many2one(
        "clinic.queue.policy",
        required=True,
        check_company=True,
        default=lambda self: self._get_default_policy(),
    )
    service_ids = fields.Many2many(
        "clinic.service",
        string="Services",
        check_company=True,
        help="Appointments of these services are checked in here. Empty: of all.",
    )
    doctor_ids = fields.Many2many(
        "clinic.doctor",
        string="Doctors",
        check_company=True,
        help="Appointments with these doctors are checked in here. Empty: with all.",
    )
    walk_in_service_id = fields.Many2one(
        "clinic.service",
        string="Walk-ins Are Served As",
        check_company=True,
        help="Its duration is expected until enough was measured.",
    )
    takes_walk_ins = fields.Boolean(default=True)
    desk_ids = fields.Many2many("clinic.queue.desk", string="Desks")
    ticket_ids = fields.One2many("clinic.queue.ticket", "queue_id")
    waiting_count = fields.Integer(compute="_compute_waiting_count")

    _unique_code = models.UniqueIndex(
        "(site_id, code) WHERE active",
        "A queue of this site has that prefix already.",
    )

    @api.model
    def _get_default_policy(self):
        """Return the first policy of the company."""
        domain = [("company_id", "in", [False, self.env.company.id])]
        return self.env["clinic.queue.policy"].search(domain, limit=1)

    @api.depends("name", "site_id.name")
    @api.depends_context("clinic_queue_name_site")
    def _compute_display_name(self):
        """Override: where queues of several sites are offered, each says its own."""
        if not self.env.context.get("clinic_queue_name_site"):
            return super()._compute_display_name()
        for queue in self:
            queue.display_name = f"{queue.name} · {queue.site_id.name}"
        return None

    def _compute_waiting_count(self):
        groups = self.env["clinic.queue.ticket"]._read_group(
            Domain("queue_id", "in", self.ids)
            & Domain("state", "=", "waiting")
            & self._get_day_domain(),
            ["queue_id"],
            ["__count"],
        )
        counts = {queue.id: count for queue, count in groups}
        for queue in self:
            queue.waiting_count = counts.get(queue.id, 0)

    def _get_today(self, moment=None):
        """Return the date on the site's wall clock.

        :param datetime moment: naive UTC; None: now
        """
        self.ensure_one()
        return self._get_site_day(self.site_id, moment)

    @api.model
    def _get_site_day(self, site, moment=None):
        """Return the date on a site's wall clock; ``moment`` as above."""
        moment = moment or fields.Datetime.now()
        zone = pytz.timezone(site.tz)
        return pytz.utc.localize(moment).astimezone(zone).date()

    @api.model
    def _find_for_appointment(self, appointment):
        """Return the queue in which a visit is checked in, or an empty one."""
        queues = self.search([("site_id", "=", appointment.site_id.id)])
        return queues._choose_for_appointment(appointment)

    def _choose_for_appointment(self, appointment):
        """Return which of these queues takes a visit, or an empty one.

        The queue that names both the doctor and the service comes first, then the
        one that names either.
        """

        def fits(queue):
            return (
                queue.site_id == appointment.site_id
                and (
                    not queue.service_ids or appointment.service_id in queue.service_ids
                )
                and (not queue.doctor_ids or appointment.doctor_id in queue.doctor_ids)
            )

        return self.filtered(fits).sorted(
            lambda queue: -bool(queue.service_ids) - bool(queue.doctor_ids)
        )[:1]
