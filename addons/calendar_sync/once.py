# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Questions to providers within a request, which Odoo may repeat."""

from odoo.http import request


def ask_once(key, ask):
    """Return the answer to a question that a repeated request does not ask again.

    Odoo repeats a request whose transaction met another one. What a provider answered
    the first time stays valid; a code of OAuth could not even be shown twice.

    :param key: what tells this question from the others of the request
    :param ask: a function that asks
    """
    if not request:
        return ask()
    answers = request.__dict__.setdefault("calendar_sync_answers", {})
    if key not in answers:
        answers[key] = ask()
    return answers[key]
