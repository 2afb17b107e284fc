# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A link: one record here, its copy in one calendar, and what both had last."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from odoo.addons.clinic_engine.clock import from_epoch
from odoo.addons.clinic_engine.sync_identity import event_key, transaction_id
from odoo.addons.clinic_engine.sync_payload import Link, Proposal, Wanted

STATES = [
    ("new", "Not sent yet"),
    ("synced", "In the calendar"),
    ("removed", "Deleted by the owner"),
    ("done", "Taken out"),
]


class CalendarSyncLink(models.Model):
    """What is known here of the copy that a record has in a calendar.

    Users never write it: what they change is an operation (see there), so that nobody
    waits for a request under way.
    """

    _name = "calendar.sync.link"
    _description = "Calendar Copy"
    _order = "id desc"
    _rec_name = "remote_id"

    calendar_id = fields.Many2one(
        "calendar.sync.calendar", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="calendar_id.company_id", store=True)
    res_model = fields.Char(string="Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        string="Record", model_field="res_model", required=True, readonly=True
    )
    generation = fields.Integer(readonly=True, default=0, aggregator=None)
    remote_id = fields.Char(readonly=True)
    state = fields.Selection(STATES, required=True, readonly=True, default="new")
    base = fields.Json(readonly=True)
    stamp = fields.Char(readonly=True)
    etag = fields.Char(readonly=True)
    proposals = fields.Json(readonly=True)
    has_proposal = fields.Boolean(readonly=True, index="btree_not_null")
    error = fields.Char(readonly=True)
    operation_ids = fields.One2many("calendar.sync.operation", "link_id")
    settled_id = fields.Integer(
        string="Last Operation Done", readonly=True, aggregator=None
    )
    waits = fields.Boolean(compute="_compute_waits", search="_search_waits")
    record_name = fields.Char(compute="_compute_record_name", string="Booking")
    proposed_text = fields.Char(compute="_compute_proposed_text", string="Proposed")

    _unique_record = models.UniqueIndex(
        "(calendar_id, res_model, res_id)", "This record has a copy there already."
    )
    _by_record = models.Index("(res_model, res_id)")

    @api.depends("operation_ids", "settled_id")
    def _compute_waits(self):
        waiting = set(self._find_waiting(self.ids))
        for link in self:
            link.waits = link.id in waiting

    def _search_waits(self, operator, value):
        if operator != "in":
            return NotImplemented
        wanted = True in value
        ids = self._find_waiting()
        return [("id", "in" if wanted else "not in", ids)]

    @api.model
    def _find_waiting(self, ids=None):
        """Return the ids of the links with operations that are not done."""
        self.flush_model(["settled_id"])
        self.env["calendar.sync.operation"].flush_model()
        chosen = SQL("TRUE") if ids is None else SQL("link.id = ANY(%s)", list(ids))
        rows = self.env.execute_query(
            SQL(
                "SELECT link.id FROM calendar_sync_link link WHERE %s AND EXISTS ("
                "SELECT FROM calendar_sync_operation o"
                " WHERE o.link_id = link.id AND o.is_wanted"
                " AND o.id > COALESCE(link.settled_id, 0))",
                chosen,
            )
        )
        return [row[0] for row in rows]

    @api.depends("res_model", "res_id")
    @api.depends_context("uid")
    def _compute_record_name(self):
        for link in self:
            record = link._get_record()
            visible = record and record.has_access("read")
            link.record_name = record.display_name if visible else ""

    @api.depends("proposals")
    @api.depends_context("uid")
    def _compute_proposed_text(self):
        for link in self:
            record = link._get_record()
            proposals = link._to_engine().proposals
            text = ""
            if record and record.has_access("read") and "start" in proposals:
                moment = from_epoch(proposals["start"].theirs)
                text = record._format_sync_time(moment)
            link.proposed_text = text

    def _get_record(self):
        """Return the record, empty when it was deleted."""
        self.ensure_one()
        return self.env[self.res_model].browse(self.res_id).exists()

    # ------------------------------------------------------------------
    # The engine's view of it
    # ------------------------------------------------------------------

    def _get_key(self):
        """Return the id of the event at present, see ``sync_identity``."""
        get_param = self.env["ir.config_parameter"].sudo().get_param
        return event_key(
            get_param("database.uuid"),
            self.calendar_id.uuid,
            self.res_model,
            self.res_id,
            self.generation,
        )

    def _is_copy(self, item):
        """Whether an event that was read is the present copy.

        One that lost what we wrote beside it is known by its transaction.
        """
        key = self._get_key()
        return item.copy is not None and item.key in (key, transaction_id(key))

    def _get_reference(self):
        """Return what the copy says of which record it is."""
        return f"{self.calendar_id.uuid}|{self.res_model}|{self.res_id}"

    def _to_engine(self):
        proposals = {
            name: Proposal(*values) for name, values in (self.proposals or {}).items()
        }
        return Link(
            self.state,
            self.base or None,
            self.stamp or None,
            self.etag or "",
            proposals,
        )

    def _store(self, link, **values):
        """Write what the engine says of this link, where it differs."""
        if link != self._to_engine():
            proposals = {
                name: [item.theirs, item.ours] for name, item in link.proposals.items()
            }
            values |= {
                "state": link.state,
                "base": link.base or False,
                "stamp": link.stamp,
                "etag": link.etag,
                "proposals": proposals or False,
                "has_proposal": bool(proposals),
            }
        if values:
            self.write(values)

    def _get_newest(self):
        """Return the newest operation that says what is wanted."""
        return self.env["calendar.sync.operation"].search(
            [("link_id", "=", self.id), ("is_wanted", "=", True)],
            order="id desc",
            limit=1,
        )

    def _get_wanted(self, newest):
        """Return what the calendar should learn, as the engine's ``Wanted``."""
        again = self.env["calendar.sync.operation"].search_count(
            [
                ("link_id", "=", self.id),
                ("is_wanted", "=", True),
                ("generation", "=", self.generation),
                ("digest", "=", False),
            ],
            limit=1,
        )
        return Wanted(newest.payload or None, again=bool(again and newest.payload))

    def _get_histories(self):
        """Return {digest: payload} of all that may have been written."""
        operations = self.env["calendar.sync.operation"].search(
            [("link_id", "=", self.id), ("digest", "!=", False)]
        )
        return {item.digest: item.payload for item in operations}

    # ------------------------------------------------------------------
    # Decisions of people
    # ------------------------------------------------------------------

    def _check_decide(self):
        """Refuse to let others than reception decide; return the links as superuser.

        :raise AccessError: as reading them would, or for want of the right
        """
        self.check_access("read")
        group = "clinic_scheduling.group_clinic_receptionist"
        if not (self.env.su or self.env.user.has_group(group)):
            raise AccessError(self.env._("Only reception may decide this."))
        return self.sudo()

    def action_accept(self):
        """Move the booking to where its owner moved the copy.

        :raise BookingError: when it cannot be moved there
        """
        links_sudo = self._check_decide()
        for link_sudo in links_sudo.filtered("has_proposal"):
            proposals = link_sudo._to_engine().proposals
            values = {name: item.theirs for name, item in proposals.items()}
            # by the rights of whoever decides
            record = link_sudo._get_record().with_env(self.env)
            record._apply_sync_times(values)
            link_sudo._drop_proposals()
        return True

    def action_refuse(self):
        """Put the copy back to the booked time."""
        links_sudo = self._check_decide()
        links_sudo.filtered("has_proposal")._drop_proposals()
        return True

    def _drop_proposals(self):
        for link in self:
            link._store(link._to_engine().change(proposals={}), settled_id=0)
            link._get_record()._close_sync_notes()
            link._enqueue()

    def action_publish_again(self):
        """Make a new copy of a booking whose copy was deleted by the owner."""
        links_sudo = self._check_decide()
        removed = links_sudo.filtered(lambda link: link.state == "removed")
        if links_sudo - removed:
            raise UserError(self.env._("This booking is in the calendar already."))
        for link in removed:
            link._renew()
            link._get_record()._close_sync_notes()
            link._enqueue()
        return True

    def _renew(self):
        """Begin anew, under the key of the next generation."""
        self.generation += 1
        self._store(Link(), remote_id=False, settled_id=0)

    def action_open_record(self):
        """Open the booking."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "views": [(False, "form")],
        }
