# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Who may do what with the records of reports, samples, consents and values."""

TEAM = ("representative", "scheduler", "manager")
RECORDED = dict.fromkeys(TEAM, "rc")
FIGURES = dict.fromkeys(TEAM, "r")
CONFIGURATION = {"representative": "r", "scheduler": "r", "manager": "rwcu"}

#: model -> role -> operations that are allowed on a record of the representative.
COMPLIANCE = {
    "pharma.call.report": FIGURES,
    "pharma.call.report.version": FIGURES,
    "pharma.sample.lot": {
        "representative": "r",
        "scheduler": "rwc",
        "manager": "rwcu",
    },
    "pharma.sample.stock": FIGURES,
    "pharma.sample.movement": RECORDED,
    "pharma.sample.request": FIGURES,
    "pharma.sample.limit": CONFIGURATION,
    "pharma.sample.reconciliation": {
        "representative": "r",
        "scheduler": "rwcu",
        "manager": "rwcu",
    },
    "pharma.sample.reconciliation.line": {
        "representative": "r",
        "scheduler": "rwcu",
        "manager": "rwcu",
    },
    "pharma.consent.text": CONFIGURATION,
    "pharma.consent": RECORDED,
    # of their own, whatever the role; managers all of them
    "pharma.adverse.event": {
        "representative": "rc",
        "manager": "rc",
        "safety": "rc",
    },
    "pharma.adverse.event.addendum": {
        "representative": "rc",
        "manager": "rc",
        "safety": "rc",
    },
    "pharma.value.transfer": {"representative": "rc", "manager": "rc"},
}
