# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What stands behind the Makefile: set-up, serving, tests and linters.

Only the standard library is used, since these modules run before the virtual
environment exists.
"""
