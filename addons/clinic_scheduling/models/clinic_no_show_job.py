# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Training in the background: asked for with a button, done by a scheduled action."""

import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError

from .clinic_appointment_no_show import SCORED_STATES

_logger = logging.getLogger(__name__)

TRAINER = "clinic_scheduling.ir_cron_train_no_show"

TRAINING_STATES = [
    ("waiting", "Training has started"),
    ("running", "Training"),
    ("failed", "The last training failed"),
]

#: What was trained since then is left alone by a run that others have asked for.
FRESH = timedelta(days=1)


class ResCompany(models.Model):
    """What becomes of the training of a company's model."""

    _inherit = "res.company"

    clinic_no_show_training = fields.Selection(
        TRAINING_STATES, string="No-show Training", readonly=True, copy=False
    )


class ClinicNoShowModel(models.Model):
    """Who asks for a training, and who does it."""

    _inherit = "clinic.no.show.model"

    training_state = fields.Selection(related="company_id.clinic_no_show_training")

    @api.model
    def action_train(self):
        """Let the models of the user's companies be trained, and say so.

        :raise AccessError: not by a manager of the clinic
        """
        self.check_access("read")
        if not self.env.user.has_group("clinic_scheduling.group_clinic_manager"):
            raise AccessError(self.env._("Only managers of the clinic may do this."))
        self._ask_training(self.env.companies)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "title": self.env._("Training has started…"),
                "message": self.env._(
                    "It takes a minute or two. The new version is then in use, and "
                    "stands at the top of the list."
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    @api.model
    def _ask_training(self, companies):
        """Let the scheduled action train the models of these companies soon."""
        # sudo: who asks reads companies, and writes nothing else of them
        waiting_sudo = companies.sudo().filtered(
            lambda company: company.clinic_no_show_training != "waiting"
        )
        if waiting_sudo:
            waiting_sudo.clinic_no_show_training = "waiting"
            self.env.ref(TRAINER).sudo()._trigger()

    @api.model
    def _cron_train(self):
        """Scheduled action: train and recalibrate each company's model."""
        companies_sudo = self._get_due_companies()
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(companies_sudo))
        for company_sudo in companies_sudo:
            self._train_noting(company_sudo)
            if not cron._commit_progress(1):
                break

    @api.model
    def _get_due_companies(self):
        """Return the companies that asked, or whose model was not trained lately."""
        fresh_sudo = self.sudo().search(
            [
                ("is_current", "=", True),
                ("trained_at", ">", fields.Datetime.now() - FRESH),
                ("company_id.clinic_no_show_training", "=", False),
            ]
        )
        companies_sudo = self.env["res.company"].sudo().search([])
        return companies_sudo - fresh_sudo.company_id

    @api.model
    def _train_noting(self, company_sudo):
        """Train one company's model, and note how it goes; others are not hindered."""
        company_sudo.clinic_no_show_training = "running"
        self.env["ir.cron"]._commit_progress()
        try:
            with self.env.cr.savepoint():
                self._train(company_sudo)
        except Exception:  # whatever the history holds
            _logger.exception("No-show model of %s", company_sudo.name)
            company_sudo.clinic_no_show_training = "failed"
        else:
            company_sudo.clinic_no_show_training = False

    @api.model
    def _train_missing(self):
        """Train the first model of each company that has visits to come.

        Where that failed, the weekly run or somebody who asks tries it again.

        :return: the companies with a model, as sudo
        """
        domain = [
            ("no_show_model_id", "=", False),
            ("state", "in", SCORED_STATES),
            ("start", ">", fields.Datetime.now()),
        ]
        visits_sudo = self.env["clinic.appointment"].sudo()
        groups = visits_sudo._read_group(domain, ["company_id"])
        asking = [company.id for (company,) in groups]
        companies_sudo = self.env["res.company"].sudo().browse(asking)
        done_sudo = self._get_trained_companies() | self._get_failed_companies()
        for company_sudo in companies_sudo - done_sudo:
            self._train_noting(company_sudo)
            self.env["ir.cron"]._commit_progress()
        return companies_sudo & self._get_trained_companies()

    @api.model
    def _get_trained_companies(self):
        return self.sudo().search([("is_current", "=", True)]).company_id

    @api.model
    def _get_failed_companies(self):
        """Return, as sudo, the companies without a model whose training failed."""
        companies_sudo = self.env["res.company"].sudo()
        failed_sudo = companies_sudo.search(
            [("clinic_no_show_training", "=", "failed")]
        )
        return failed_sudo - self._get_trained_companies()
