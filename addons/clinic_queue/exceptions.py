# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import UserError


class QueueError(UserError):
    """A step that the waiting room refuses; the sentence says what to do instead."""


class NotFoundHere(QueueError):
    """No appointment of today is meant by that; who asks may try something else."""


class TooManyGuesses(NotFoundHere):
    """Too many numbers were wrong at the tablet: none is looked for, for a while."""
