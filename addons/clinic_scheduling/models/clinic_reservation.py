# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The ledger: every claim on somebody's or something's time, and nothing else.

PostgreSQL refuses overlapping rows. Python never prevents a double booking, it
only explains one.
"""

from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

LOCK_RESOURCE = 0x0C11
LOCK_PERSON = 0x0C12


class ClinicReservation(models.Model):
    """A claim on a resource's seat, or on a person, for a half-open time range.

    A row is of a resource or of a person, never of both, so that it falls under
    one exclusion constraint only: two on the same row deadlock under load.
    """

    _name = "clinic.reservation"
    _description = "Reservation"
    _order = "start, id"
    _log_access = False

    resource_id = fields.Many2one(
        "resource.resource", readonly=True, ondelete="restrict"
    )
    partner_id = fields.Many2one("res.partner", readonly=True, ondelete="restrict")
    seat = fields.Integer(readonly=True, default=0, required=True)
    start = fields.Datetime(readonly=True, required=True)
    stop = fields.Datetime(readonly=True, required=True)
    role = fields.Selection(
        [
            ("doctor", "Doctor"),
            ("room", "Room"),
            ("equipment", "Equipment"),
            ("patient", "Patient"),
        ],
        readonly=True,
        required=True,
    )
    expires_at = fields.Datetime(
        readonly=True, help="A hold that nobody confirms is given back then."
    )
    appointment_id = fields.Many2one(
        "clinic.appointment", readonly=True, index=True, ondelete="cascade"
    )

    _no_overlap = models.Constraint(
        "EXCLUDE USING gist (resource_id WITH =, seat WITH =,"
        " tsrange(start, stop, '[)') WITH &&)",
        "This time is already taken.",
    )
    _no_person_overlap = models.Constraint(
        "EXCLUDE USING gist (partner_id WITH =, seat WITH =,"
        " tsrange(start, stop, '[)') WITH &&)",
        "This person already has an appointment at that time.",
    )
    _check_one_subject = models.Constraint(
        "CHECK (num_nonnulls(resource_id, partner_id) = 1)",
        "A reservation is of one resource or of one person.",
    )
    _check_range = models.Constraint(
        "CHECK (stop > start AND seat >= 0)",
        "A reservation ends after it starts.",
    )
    _by_expiry = models.Index("(expires_at) WHERE expires_at IS NOT NULL")

    @api.model
    def _owner_fields(self):
        """Names of the many2one fields of which each row has exactly one set."""
        return ["appointment_id"]

    @api.model
    def _missing_constraints(self):
        """Return the names of the guarding constraints that PostgreSQL lacks."""
        wanted = {
            f"{self._table}{key}" for key in ("_no_overlap", "_no_person_overlap")
        }
        rows = self.env.execute_query(
            SQL(
                "SELECT conname FROM pg_constraint WHERE contype = 'x'"
                " AND convalidated AND conrelid = %s::regclass",
                self._table,
            )
        )
        return sorted(wanted - {name for (name,) in rows})

    @api.model
    def _check_unclaimed(self, resources=None, partners=None):
        """Refuse to give a record another identity while the old one is claimed.

        :raise ValidationError: when one of the subjects has claims
        """
        domain = Domain("resource_id", "in", resources.ids if resources else [])
        domain |= Domain("partner_id", "in", partners.ids if partners else [])
        if self.sudo().search_count(domain, limit=1):
            raise ValidationError(
                self.env._(
                    "There are appointments that claim this contact or resource. "
                    "It cannot be replaced by another one."
                )
            )

    @api.model
    def _lock(self, resource_ids, partner_ids):
        """Queue up for these subjects until the transaction ends.

        Always resources by id, then persons by id: one order for everybody, so
        nobody waits in a circle. The lock is an orderly queue and never the
        truth: the transaction's snapshot is older than it.
        """
        keys = [(LOCK_RESOURCE, key) for key in sorted(set(resource_ids))]
        keys += [(LOCK_PERSON, key) for key in sorted(set(partner_ids))]
        if keys:
            kinds, ids = zip(*keys, strict=True)
            self.env.cr.execute(
                SQL(
                    "SELECT pg_advisory_xact_lock(kind, key)"
                    " FROM unnest(%s::int[], %s::int[]) AS wanted (kind, key)",
                    list(kinds),
                    list(ids),
                )
            )

    @api.model
    def _release_expired(self, resource_ids=None, partner_ids=None, limit=None):
        """Give back holds whose time is up; return how many owners lost one.

        :param resource_ids, partner_ids: only holds on these; both None: on all
        :param limit: at most this many owners, for scheduled actions
        """
        self.flush_model(["expires_at", "resource_id", "partner_id"])
        subject = SQL("TRUE")
        if resource_ids is not None or partner_ids is not None:
            subject = SQL(
                "(resource_id = ANY(%s) OR partner_id = ANY(%s))",
                list(resource_ids or ()),
                list(partner_ids or ()),
            )
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM clinic_reservation WHERE expires_at <= %s AND %s"
                " ORDER BY start, id",
                fields.Datetime.now(),
                subject,
            )
        )
        expired_sudo = self.sudo().browse(row[0] for row in rows)
        # read all owners first: giving back a hold deletes its claims
        owners = [expired_sudo[name][:limit] for name in self._owner_fields()]
        for owners_sudo in owners:
            owners_sudo._expire_hold()
        return sum(map(len, owners))

    @api.model
    def _get_busy(self, resource_ids, start, stop, exclude=None):
        """Return the engine's ``Busy``: {resource id: {seat: [(start, stop)]}}.

        One query however many resources and days. Times are epoch seconds;
        expired holds are left out.

        :param start, stop: UTC datetimes, half-open
        :param exclude: owner record whose own claims do not count
        """
        busy = defaultdict(dict)
        if not resource_ids:
            return busy
        subject = SQL("resource_id = ANY(%s)", list(resource_ids))
        for resource, seat, starts, stops in self._select_claims(
            subject, start, stop, exclude
        ):
            busy[resource][seat] = list(zip(starts, stops, strict=True))
        return busy

    @api.model
    def _get_person_busy(self, partner_id, start, stop, exclude=None):
        """Return [(start, stop)] in epoch seconds: when that person is taken."""
        rows = self._select_claims(
            SQL("partner_id = %s", partner_id), start, stop, exclude
        )
        return sorted(
            interval
            for _resource, _seat, starts, stops in rows
            for interval in zip(starts, stops, strict=True)
        )

    def _select_claims(self, subject, start, stop, exclude):
        """Return (resource, seat, starts, stops): one row per seat, not per claim.

        The two sorted lists of epoch seconds come as JSON: Python reads it several
        times faster than rows or arrays. The range is written as the constraints have
        it, so that their indexes find the claims.
        """
        if stop <= start:
            return []
        fields_used = ("resource_id", "partner_id", "seat", "start", "stop")
        self.flush_model([*fields_used, "expires_at", *self._owner_fields()])
        other = SQL("TRUE")
        if exclude:
            owner = SQL.identifier(exclude._reservation_owner)
            other = SQL("%s IS DISTINCT FROM %s", owner, exclude.id)
        return self.env.execute_query(
            SQL(
                "SELECT resource_id, seat,"
                " json_agg(EXTRACT(EPOCH FROM start)::bigint ORDER BY start),"
                " json_agg(EXTRACT(EPOCH FROM stop)::bigint ORDER BY start)"
                " FROM clinic_reservation"
                " WHERE %s AND tsrange(start, stop, '[)') && tsrange(%s, %s) AND %s"
                " AND (expires_at IS NULL OR expires_at > %s)"
                " GROUP BY resource_id, seat",
                subject,
                start,
                stop,
                other,
                fields.Datetime.now(),
            )
        )
