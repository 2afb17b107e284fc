# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Comparing what Stripe knows with what we know, and settling what we missed.

A webhook can be lost: the server was down, the network broke, a proxy was in the way.
Then a patient has paid and we do not know it. So every night Stripe is asked for the
payments and refunds of the last days. Each one that we do not know as it is goes
through the same door as a webhook, ``_process``, and then through post-processing.

Every payment is settled under a savepoint and committed by itself: one that fails
neither undoes the others nor keeps them waiting.
"""

import logging
import time
from datetime import timedelta, timezone

import psycopg2

from odoo import api, fields, models

from odoo.addons.payment import utils as payment_utils
from odoo.addons.payment_stripe.const import CURRENCY_DECIMALS
from odoo.addons.payment_stripe.controllers.main import StripeController

from .. import const
from ..stripe_api import StripeError, StripeNotFound, describe

_logger = logging.getLogger(__name__)

KEEP_DAYS = 180  # results older than this are removed


class OutOfTime(Exception):
    """The scheduled action has to end; the next one goes on."""


class ClinicPaymentReconcile(models.Model):
    """One comparison of an account at Stripe with our transactions."""

    _name = "clinic.payment.reconcile"
    _description = "Payment Reconciliation"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _mail_post_access = "read"

    provider_id = fields.Many2one(
        "payment.provider", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="provider_id.company_id", store=True)
    state = fields.Selection(
        [
            ("running", "Running"),
            ("partial", "Ran out of time"),
            ("done", "Done"),
            ("failed", "Failed"),
        ],
        default="running",
        required=True,
    )
    date_start = fields.Datetime(
        string="Started", default=fields.Datetime.now, required=True
    )
    date_stop = fields.Datetime(string="Ended")
    date_from = fields.Datetime(string="Compared since", required=True)
    checked_count = fields.Integer(string="Compared")
    settled_count = fields.Integer(
        string="Settled", compute="_compute_counts", store=True
    )
    problem_count = fields.Integer(
        string="Not settled", compute="_compute_counts", store=True
    )
    error = fields.Char()
    line_ids = fields.One2many("clinic.payment.reconcile.line", "reconcile_id")

    @api.depends("line_ids.outcome")
    def _compute_counts(self):
        for run in self:
            outcomes = run.line_ids.mapped("outcome")
            run.settled_count = outcomes.count("settled")
            run.problem_count = outcomes.count("problem")

    @api.depends("provider_id", "date_start")
    def _compute_display_name(self):
        for run in self:
            start = fields.Datetime.context_timestamp(run, run.date_start)
            run.display_name = f"{run.sudo().provider_id.name} {start:%Y-%m-%d %H:%M}"

    @api.autovacuum
    def _gc_old(self):
        limit = fields.Datetime.now() - timedelta(days=KEEP_DAYS)
        self.search([("date_start", "<", limit)], limit=1000).unlink()

    # The scheduled action -------------------------------------------------

    @api.model
    def _cron_reconcile(self):
        """Compare every Stripe account that is in use; commits as it goes."""
        domain = [("code", "=", "stripe"), ("state", "!=", "disabled")]
        providers = self.env["payment.provider"].search(domain)
        for number, provider in enumerate(providers, 1):
            run = self._begin(provider)
            run._run()
            left = len(providers) - number + (run.state == "partial")
            if not self.env["ir.cron"]._commit_progress(1, remaining=left):
                break

    @api.model
    def _begin(self, provider):
        """Return a new comparison of an account."""
        param = self.env["ir.config_parameter"].get_param(const.PARAM_DAYS)
        days = int(param) if (param or "").isdigit() else const.DAYS
        date_from = fields.Datetime.now() - timedelta(days=days)
        return self.create({"provider_id": provider.id, "date_from": date_from})

    def _run(self):
        """Compare everything, tell of problems, and note the result."""
        self.ensure_one()
        self._commit()
        values = {"state": "done"}
        try:
            self._compare()
        except OutOfTime:
            values = {"state": "partial"}
        except StripeError as error:
            # Stripe's words may hold parts of what it was sent: keep ours.
            values = {"state": "failed", "error": describe(error)}
            _logger.warning(
                "Stripe could not be asked (provider %s): %s",
                self.provider_id.id,
                values["error"],
            )
        self.write({**values, "date_stop": fields.Datetime.now()})
        self._tell_manager()
        _logger.info(
            "Compared with Stripe (provider %s, %s): %s seen, %s settled, %s not.",
            *(self.provider_id.id, self.state, self.checked_count),
            *(self.settled_count, self.problem_count),
        )

    def _compare(self):
        """Go through Stripe's payments and refunds, then ours that are unfinished.

        :raise StripeError: when Stripe cannot be asked
        :raise OutOfTime: when the scheduled action should end
        """
        reader = self.provider_id._get_stripe_reader()
        since = self.date_from.replace(tzinfo=timezone.utc).timestamp()
        for payment in reader.payments(since):
            self._compare_payment(payment)
        for refund in reader.refunds(since):
            self._compare_refund(refund)
        for tx in self._find_unfinished():
            self._compare_unfinished(reader, tx)

    def _compare_unfinished(self, reader, tx):
        """Ask about one of ours; one that Stripe does not know keeps none waiting."""
        is_refund = tx.operation == "refund"
        ask = reader.refund if is_refund else reader.payment
        try:
            item = ask(tx.provider_reference)
        except StripeNotFound as error:
            _logger.warning(
                "Stripe does not know transaction %s: %s", tx.reference, describe(error)
            )
            self._note_problem(
                self._describe_unknown(tx), tx, self.env._("Stripe does not know it.")
            )
        else:
            (self._compare_refund if is_refund else self._compare_payment)(item)

    def _describe_unknown(self, tx):
        """Return what we believed to be at Stripe, in its own words."""
        name = tx.currency_id.name
        return {
            "id": tx.provider_reference,
            "object": "refund" if tx.operation == "refund" else "payment_intent",
            "currency": name,
            "amount": payment_utils.to_minor_currency_units(
                abs(tx.amount),
                tx.currency_id,
                arbitrary_decimal_number=CURRENCY_DECIMALS.get(name),
            ),
        }

    def _find_unfinished(self):
        """Return transactions before the compared days whose end we do not know."""
        start = self.date_from - timedelta(days=const.UNFINISHED_DAYS)
        return self.env["payment.transaction"].search(
            [
                ("provider_id", "=", self.provider_id.id),
                ("operation", "!=", "validation"),
                ("state", "in", ("draft", "pending", "authorized")),
                ("provider_reference", "!=", False),
                ("create_date", ">=", start),
                ("create_date", "<", self.date_from),
            ]
        )

    # Payments -------------------------------------------------------------

    def _compare_payment(self, payment):
        """Settle a payment that we know otherwise than Stripe does."""
        self.checked_count += 1
        target = const.PAYMENT_STATES.get(payment["status"])
        if not target:
            return
        tx, is_ours = self._find_transaction(payment)
        if not tx:
            if is_ours and target == "done":
                self._note_problem(
                    payment, tx, self.env._("Paid, but its transaction is gone.")
                )
            return
        if tx.provider_reference not in (False, payment["id"]):
            if target == "done":
                self._note_problem(payment, tx, self.env._("Paid a second time."))
            return
        if tx.state in const.LATER[target]:
            return
        data = {"reference": tx.reference}
        StripeController._include_payment_intent_in_payment_data(payment, data)
        self._settle(payment, tx, data, target)

    def _find_transaction(self, payment):
        """Return the transaction of a payment, and whether the payment is ours.

        The account may serve other systems, even a copy of this database: a payment
        with a mark must have ours. One without (older than this addon) counts by its
        reference alone, as in Odoo's webhook.
        """
        transactions = self.env["payment.transaction"]
        metadata = payment.get("metadata") or {}
        is_ours = transactions._is_stripe_marked(payment)
        if metadata.get(const.META_DATABASE) and not is_ours:
            return transactions, False
        reference = metadata.get(const.META_REFERENCE) or payment.get("description")
        domain = [
            ("provider_id", "=", self.provider_id.id),
            ("operation", "not in", ("refund", "validation")),
            ("source_transaction_id", "=", False),
            ("reference", "=", reference),
        ]
        return transactions.search(domain, limit=1), is_ours

    # Refunds --------------------------------------------------------------

    def _compare_refund(self, refund):
        """Settle a refund that we know otherwise than Stripe does, or not at all."""
        self.checked_count += 1
        target = const.REFUND_STATES.get(refund["status"])
        tx = self.env["payment.transaction"]._find_stripe_refund(refund)
        tx = tx.filtered(lambda found: found.provider_id == self.provider_id)
        if not target or tx and not self._is_refund_news(tx, target):
            return
        if not tx:
            source = self._find_source(refund)
            if not source or target in ("error", "cancel"):
                return
            tx = StripeController._create_refund_tx_from_refund(source, refund)
        data = {"reference": tx.reference}
        StripeController._include_refund_in_payment_data(refund, data)
        self._settle(refund, tx, data, target)

    def _is_refund_news(self, tx, target):
        """Tell whether Stripe's state of a refund is later than ours."""
        if target == "pending" and tx.state == "error":
            return tx._is_unanswered_refund()
        return tx.state not in const.LATER[target]

    def _find_source(self, refund):
        """Return the payment that a refund gives back, unless it may be in work."""
        transactions = self.env["payment.transaction"]
        age = time.time() - refund["created"]
        if age < const.GRACE and transactions._is_stripe_marked(refund):
            return transactions
        return transactions.search(
            [
                ("provider_id", "=", self.provider_id.id),
                ("provider_reference", "=", refund.get("payment_intent") or ""),
                ("operation", "!=", "refund"),
                ("state", "=", "done"),
            ],
            limit=1,
        )

    # Settling -------------------------------------------------------------

    def _settle(self, item, tx, data, target):
        """Process what Stripe says, note how it ended, commit."""
        try:
            with self.env.cr.savepoint():
                tx._process("stripe", data)
        except psycopg2.OperationalError:
            # Its webhook is at work on it this very moment; else the next night is.
            _logger.info("Transaction %s is in use: left alone.", tx.reference)
            self._commit()
            return
        except Exception as error:  # whatever an addon raises: the others go on
            _logger.exception(
                "Transaction %s, settled at Stripe, failed here.", tx.reference
            )
            self._note_problem(item, tx, self._describe_failure(error))
            return
        if tx.state == target:
            self._note(item, tx, "settled", self._get_settled_message(tx))
            self._commit()
            tx._cron_post_process()  # commits; what fails is tried again by its cron
            return
        if tx._is_stripe_amount_right(data):
            message = self.env._(
                "Stripe says “%(status)s”, but the transaction is “%(state)s”.",
                status=item["status"],
                state=tx.state,
            )
        else:
            message = self.env._(
                "Stripe has another amount or currency: %(amount)s were asked for.",
                amount=tx.currency_id.format(abs(tx.amount)),
            )
        self._note_problem(item, tx, message)

    def _describe_failure(self, error):
        return self.env._(
            "Settling failed (%(kind)s); the log has more.", kind=type(error).__name__
        )

    def _get_settled_message(self, tx):
        states = dict(tx._fields["state"]._description_selection(self.env))
        return self.env._("Now: %(state)s", state=states[tx.state])

    def _note(self, item, tx, outcome, message):
        """Add a line on a payment or refund of Stripe's; return it."""
        name = item["currency"].upper()
        currencies = self.env["res.currency"].with_context(active_test=False)
        currency = currencies.search([("name", "=", name)], limit=1)
        amount = payment_utils.to_major_currency_units(
            item["amount"],
            currency or tx.currency_id or self.company_id.currency_id,
            arbitrary_decimal_number=CURRENCY_DECIMALS.get(name),
        )
        return self.env["clinic.payment.reconcile.line"].create(
            {
                "reconcile_id": self.id,
                "transaction_id": tx.id,
                "reference": tx.reference,
                "stripe_reference": item["id"],
                "kind": "refund" if item["object"] == "refund" else "payment",
                "outcome": outcome,
                "message": message,
                "amount": amount,
                "currency_id": currency.id,
            }
        )

    def _note_problem(self, item, tx, message):
        """Add a line on what could not be settled; tell its document once; commit."""
        line = self._note(item, tx, "problem", message)
        earlier = self.env["clinic.payment.reconcile.line"].search_count(
            [
                ("id", "!=", line.id),
                ("stripe_reference", "=", item["id"]),
                ("outcome", "=", "problem"),
                ("message", "=", message),
            ],
            limit=1,
        )
        line.is_new = not earlier
        if tx and line.is_new:
            tx._log_message_on_linked_documents(
                self.env._(
                    "Stripe and the transaction %(reference)s disagree. %(message)s",
                    reference=tx.reference,
                    message=message,
                )
            )
        self._commit()

    def _commit(self):
        """Commit what was settled.

        :raise OutOfTime: when the scheduled action should end
        """
        self.env.flush_all()
        if not self.env["ir.cron"]._commit_progress():
            raise OutOfTime()

    # Telling --------------------------------------------------------------

    def _tell_manager(self):
        """Give a manager the new problems as something to do."""
        news = self.line_ids.filtered("is_new")
        if not news:
            return
        manager = self.company_id._get_money_manager()
        self.activity_schedule(
            "mail.mail_activity_data_todo",
            user_id=manager.id,
            summary=self.with_context(lang=manager.lang).env._(
                "Payments at Stripe that are not settled: %(count)s", count=len(news)
            ),
        )
