# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.tools import ormcache

from odoo.addons.base.models.res_partner import _tz_get

from .. import live

#: The record rules of users and the clock of the practice are cached.
CACHED_FIELDS = {"active", "company_id", "tz", "user_ids"}


class ClinicSite(models.Model):
    """A place where patients are seen. Its time zone is the clock of its doctors."""

    _name = "clinic.site"
    _description = "Clinic Site"
    _inherit = ["bus.listener.mixin"]
    _order = "sequence, name"
    _check_company_auto = True

    name = fields.Char(required=True)
    code = fields.Char(help="Short name on calendars and tickets.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    color = fields.Integer()
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    tz = fields.Selection(
        _tz_get,
        string="Time Zone",
        required=True,
        default=lambda self: self.env.user.tz or "UTC",
        help="Hours of doctors at this site are read on this zone's wall clock.",
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Address",
        check_company=True,
        help="Address shown to patients and on maps.",
    )
    phone = fields.Char()
    email = fields.Char()
    instructions = fields.Text(
        translate=True,
        help="How to find the place: entrance, parking, public transport.",
    )
    resource_calendar_id = fields.Many2one(
        "resource.calendar",
        string="Closing Days",
        check_company=True,
        help="Global time off of this working schedule closes the site.",
    )
    room_ids = fields.One2many("clinic.room", "site_id", string="Rooms")
    equipment_ids = fields.One2many("clinic.equipment", "site_id")
    doctor_ids = fields.Many2many("clinic.doctor", string="Doctors")
    user_ids = fields.Many2many(
        "res.users",
        "clinic_site_res_users_rel",
        "site_id",
        "user_id",
        string="Staff",
        help="Users that work at named sites see those sites only.",
    )
    room_count = fields.Integer(compute="_compute_counts")
    doctor_count = fields.Integer(compute="_compute_counts")

    _unique_name = models.UniqueIndex(
        "(company_id, name)", "A site of this company has that name already."
    )

    @api.depends("room_ids", "doctor_ids")
    def _compute_counts(self):
        for site in self:
            site.room_count = len(site.room_ids)
            site.doctor_count = len(site.doctor_ids)

    @api.model_create_multi
    def create(self, vals_list):
        sites = super().create(vals_list)
        self.env.registry.clear_cache()
        return sites

    def write(self, vals):
        result = super().write(vals)
        if CACHED_FIELDS & vals.keys():
            self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    @api.model
    @ormcache("company_id")
    def _get_company_zone(self, company_id):
        """Return the time zone of a company's first site, else of the first at all."""
        # sudo: which clock counts is the same for everybody
        sites_sudo = self.sudo().search([], order="id")
        own_sudo = sites_sudo.filtered(lambda site: site.company_id.id == company_id)
        return (own_sudo or sites_sudo)[:1].tz or "UTC"

    def _get_zone_city(self):
        """Return as people say it whose clock the site's is: "New York"."""
        self.ensure_one()
        return self.tz.split("/")[-1].replace("_", " ")

    def _touch_calendars(self):
        """Tell open calendars of these sites, once the transaction is committed."""
        postcommit = self.env.cr.postcommit
        if "clinic.calendar" not in postcommit.data:
            postcommit.data["clinic.calendar"] = set()
            database = self.env.cr.dbname
            postcommit.add(
                lambda: live.tell(database, postcommit.data.pop("clinic.calendar"))
            )
        postcommit.data["clinic.calendar"].update(self.ids)

    def _send_calendar_changed(self):
        """Poke the open calendars of these sites.

        Only "something changed" is pushed; each page then fetches what its user
        may see.
        """
        for site in self:
            site._bus_send(
                "clinic_scheduling.calendar_changed",
                {"site_id": site.id},
                subchannel="CALENDAR",
            )
