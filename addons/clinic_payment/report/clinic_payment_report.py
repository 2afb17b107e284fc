# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.tools import SQL

from ..models.clinic_payment_desk import DESK_METHODS

#: One row per payment that came in, and per refund that went out. They are rows of
#: three tables: what remains of an id when it is divided by three says of which.
ROWS = """
    SELECT tx.id * 3 AS id,
           rel.appointment_id,
           tx.provider_id,
           tx.payment_method_id,
           tx.currency_id,
           tx.last_state_change AS moment,
           NULL::date AS day,
           'online' AS method,
           CASE WHEN tx.operation = 'refund' THEN 'refund' ELSE 'payment' END AS kind,
           GREATEST(tx.amount, 0) AS paid,
           GREATEST(-tx.amount, 0) AS refunded,
           tx.amount AS net
      FROM payment_transaction tx
      JOIN clinic_appointment_transaction_rel rel ON rel.transaction_id = tx.id
     WHERE (tx.state = 'done' AND tx.operation = 'refund')
        OR (tx.state IN ('authorized', 'done')
            AND tx.source_transaction_id IS NULL
            AND tx.operation NOT IN ('refund', 'validation'))
     UNION ALL
    SELECT refund.id * 3 + 1,
           refund.appointment_id,
           tx.provider_id,
           tx.payment_method_id,
           refund.currency_id,
           refund.write_date,
           refund.hand_date,
           'other',
           'by_hand',
           0,
           refund.amount,
           -refund.amount
      FROM clinic_payment_refund refund
      JOIN payment_transaction tx ON tx.id = refund.transaction_id
     WHERE refund.state = 'by_hand'
     UNION ALL
    SELECT desk.id * 3 + 2,
           desk.appointment_id,
           NULL,
           NULL,
           desk.currency_id,
           desk.create_date,
           desk.date,
           desk.method,
           CASE WHEN desk.kind = 'refund' THEN 'by_hand' ELSE 'desk' END,
           CASE WHEN desk.kind = 'refund' THEN 0 ELSE desk.amount END,
           CASE WHEN desk.kind = 'refund' THEN desk.amount ELSE 0 END,
           CASE WHEN desk.kind = 'refund' THEN -desk.amount ELSE desk.amount END
      FROM clinic_payment_desk desk
"""


class ClinicPaymentReport(models.Model):
    """Money that came in and went out, by doctor, service, site and month."""

    _name = "clinic.payment.report"
    _description = "Revenue"
    _auto = False
    _rec_name = "appointment_id"
    _order = "moment desc, id desc"
    _depends = {
        "clinic.appointment": [
            "company_id",
            "doctor_id",
            "service_id",
            "site_id",
            "specialty_id",
            "start",
            "state",
            "transaction_ids",
        ],
        "clinic.payment.desk": [
            "amount",
            "appointment_id",
            "currency_id",
            "date",
            "kind",
            "method",
        ],
        "clinic.payment.refund": ["amount", "appointment_id", "hand_date", "state"],
        "clinic.site": ["tz"],
        "payment.transaction": ["amount", "last_state_change", "operation", "state"],
    }

    appointment_id = fields.Many2one("clinic.appointment", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    site_id = fields.Many2one("clinic.site", readonly=True)
    doctor_id = fields.Many2one("clinic.doctor", readonly=True)
    service_id = fields.Many2one("clinic.service", readonly=True)
    specialty_id = fields.Many2one("clinic.specialty", readonly=True)
    provider_id = fields.Many2one("payment.provider", readonly=True)
    payment_method_id = fields.Many2one("payment.method", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    moment = fields.Datetime(string="Received or Refunded", readonly=True)
    date = fields.Date(readonly=True, help="Of the payment, on the site's clock.")
    visit_date = fields.Date(readonly=True, help="Of the visit, on the site's clock.")
    method = fields.Selection(
        [("online", "Online"), *DESK_METHODS], string="Paid By", readonly=True
    )
    kind = fields.Selection(
        [
            ("payment", "Payment online"),
            ("desk", "Payment at the desk"),
            ("refund", "Refund"),
            ("by_hand", "Paid back by hand"),
        ],
        readonly=True,
    )
    paid = fields.Monetary(readonly=True)
    refunded = fields.Monetary(readonly=True)
    net = fields.Monetary(readonly=True)

    @property
    def _table_query(self):
        """The rows, with what the visit adds to them."""
        return SQL(
            "SELECT money.id, money.appointment_id, money.provider_id,"
            " money.payment_method_id, money.currency_id, money.moment, money.method,"
            " money.kind, money.paid, money.refunded, money.net,"
            " visit.company_id, visit.site_id, visit.doctor_id,"
            " visit.service_id, visit.specialty_id,"
            " COALESCE(money.day,"
            " (money.moment AT TIME ZONE 'UTC' AT TIME ZONE site.tz)::date) AS date,"
            " (visit.start AT TIME ZONE 'UTC' AT TIME ZONE site.tz)::date AS visit_date"
            " FROM (%s) money"
            " JOIN clinic_appointment visit ON visit.id = money.appointment_id"
            " JOIN clinic_site site ON site.id = visit.site_id",
            SQL(ROWS),
        )
