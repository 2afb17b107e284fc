# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The parties that answer the same questions.

Each has ``load(question, bookings)``, ``ask(env)`` (this is timed), ``starts(answer)``:
{number of the doctor, or None for anybody: set of free starts in UTC seconds}, and
``clear()``.
"""
