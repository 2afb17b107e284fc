# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""From a proposal to booked calls: at once, or bit by bit where there are many."""

import logging

from psycopg2 import IntegrityError

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

_logger = logging.getLogger(__name__)

#: More calls than this are booked in the background, so many in each transaction.
CHUNK = 60


class PharmaPlan(models.Model):
    """Accepting."""

    _inherit = "pharma.plan"

    accepted_by_id = fields.Many2one(
        "res.users",
        string="Being Booked for",
        readonly=True,
        copy=False,
        help="Calls of this plan are being booked in the background.",
    )

    def action_accept(self):
        """Book every call of the proposal that is still open.

        What was taken meanwhile is marked and said; the rest is booked all the same.
        """
        self.ensure_one()
        self._check_acceptable()
        if len(self.call_ids.filtered("is_open")) > CHUNK:
            # sudo: whose right to accept was just checked
            self.sudo().accepted_by_id = self.env.user
            self._run_planner()
            return self._notify(
                "info", self.env._("The calls are being booked in the background.")
            )
        return self._accept(self.call_ids)

    def _accept(self, calls):
        """Book open calls through the door; return a notification of what became."""
        self._check_acceptable()
        open_calls = calls._with_needed().filtered("is_open")
        self._book_calls(open_calls)
        booked = open_calls.filtered(lambda item: item.state == "booked")
        refused = open_calls - booked
        return self._notify(
            "warning" if refused else "success",
            self.env._(
                "%(booked)s calls are proposed to their doctors; %(refused)s could "
                "no longer be booked, the list says why.",
                booked=len(booked),
                refused=len(refused),
            ),
        )

    def _notify(self, kind, message):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": kind,
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _check_acceptable(self):
        """Refuse what is no proposal, and who may not book.

        :raise UserError: saying which
        """
        self.check_access("write")
        if not self.env["pharma.showcase"].has_access("create"):
            raise AccessError(self.env._("Only schedulers may do this."))
        for plan in self:
            if plan.state not in ("proposed", "accepted"):
                raise UserError(self.env._("There is no proposal to accept."))

    def _book_calls(self, calls):
        """Book calls, moves first; note on those that cannot be what hinders.

        A call that is refused is tried again after others, whose move may have given
        its time back. What all of them claim is locked before, in one order: of two
        who accept at a time, one waits.
        """
        calls._lock_claims()
        pending = calls.sorted(lambda call: (not call.moved_id, call.start, call.id))
        while pending:
            refusals = {call: self._book_call(call) for call in pending}
            refused = pending.filtered(refusals.get)
            if refused == pending:
                break
            pending = refused
        for call in pending:
            # sudo: a proposal's calls are written by the planner alone
            call.sudo().write({"state": "taken", "refusal": refusals[call]})
        for plan in calls.plan_id.filtered(lambda item: not item.open_count):
            plan.sudo().state = "accepted"

    def _book_call(self, call):
        """Book or move one call; return why that is not possible, if so."""
        try:
            with self.env.cr.savepoint():
                showcase = call._book()
        except UserError as error:
            # rights, closed campaigns, other companies: of this call alone
            return str(error)
        except IntegrityError:
            _logger.exception("Planned call %s", call.id)
            return self.env._("Something else that was booked meanwhile forbids it.")
        # sudo: as above
        call.sudo().write({"state": "booked", "showcase_id": showcase.id})
        return ""

    @api.model
    def _cron_accept(self):
        """Scheduled action: book the calls of plans that were accepted whole.

        :return: whether all of them are booked
        """
        # sudo: a scheduled action; each call is booked with the rights of who accepted
        plans_sudo = self.sudo().search([("accepted_by_id", "!=", False)], order="id")
        cron = self.env["ir.cron"]
        left = sum(plans_sudo.mapped("open_count"))
        cron._commit_progress(remaining=left)
        for plan_sudo in plans_sudo:
            booking = plan_sudo.with_user(plan_sudo.accepted_by_id)
            while chunk := plan_sudo._get_chunk():
                booking._book_chunk(chunk)
                if not cron._commit_progress(len(chunk)):
                    return False
            plan_sudo.accepted_by_id = False
        return True

    def _get_chunk(self):
        """Return the next calls to book: whole days, moves before others."""
        if self.state not in ("proposed", "accepted"):
            return self.call_ids.browse()
        return self.call_ids.filtered("is_open").sorted(
            lambda call: (not call.moved_id, call.start, call.id)
        )[:CHUNK]

    def _book_chunk(self, chunk):
        """Book some calls; where their accepter no longer may, say so on each."""
        calls = chunk.with_env(self.env)
        try:
            self._check_acceptable()
        except UserError as error:
            chunk.write({"state": "taken", "refusal": str(error)})
            return
        self._book_calls(calls)


class PharmaPlanCall(models.Model):
    """Calls are accepted one by one, too."""

    _inherit = "pharma.plan.call"

    is_open = fields.Boolean(compute="_compute_is_open")

    @api.depends("state")
    def _compute_is_open(self):
        for call in self:
            call.is_open = call.state == "open"

    def action_accept(self):
        """Book these calls, be they of one plan or of several."""
        self.check_access("read")
        self.plan_id._check_acceptable()
        return self.plan_id[:1]._accept(self)

    def _with_needed(self):
        """Return these calls with the moves that give their times back."""
        moves = self.plan_id.call_ids.filtered("moved_id")
        return self | moves.filtered(
            lambda move: any(
                call.start < move.old_stop
                and move.old_start < call.stop
                and call.representative_id == move.old_representative_id
                for call in self
            )
        )

    def _lock_claims(self):
        """Lock what these calls claim and what their moves hold, in one order."""
        # sudo: who is locked is not told; the door asks for the rights
        calls_sudo = self.sudo()
        held_sudo = calls_sudo.moved_id.reservation_ids
        resources = calls_sudo.doctor_id.resource_id
        resources |= calls_sudo.representative_id.resource_id | held_sudo.resource_id
        persons = held_sudo.partner_id | calls_sudo.representative_id.user_id.partner_id
        self.env["clinic.reservation"]._lock(set(resources.ids), set(persons.ids))
