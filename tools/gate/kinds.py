# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The kinds of checks, in the order in which they run: the quick ones first."""

KINDS = ("lint", "tools", "engine", "odoo", "orm", "browser", "pot", "live", "upstream")

# `orm` and `odoo` see the same tests and are compared. The browser's tests take most
# of the time and run once, in Odoo's own runner; pytest collects them, so that they
# take part in the comparison. KIND=browser runs them in pytest, for the inner loop.
# Odoo's own suites take minutes and change only when Odoo does or when ours reach
# into it anew: KIND=upstream runs them, no other run does.
FULL = tuple(kind for kind in KINDS if kind not in ("browser", "upstream"))
