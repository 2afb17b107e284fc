# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The gate of `make test`: what runs, and what makes it fail.

A run fails when a test or a linter fails, but also when it proves nothing: when no
test ran, when a browser test was skipped, when one of the two test runners did not
see a test that the other saw, or when Odoo logged a warning that nobody has allowed.
"""
