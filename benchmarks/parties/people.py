# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Doctors as users, once for both parties; Odoo's way to keep times."""

from datetime import datetime, timezone

EMAIL = "doctor{}@example.com"


def hire(env, count):
    """Return ``count`` users who are doctors, in a fixed order."""
    users = env["res.users"].search([("login", "=like", "bench_doctor_%")])
    numbers = {int(user.login.rsplit("_", 1)[1]): user for user in users}
    missing = [number for number in range(count) if number not in numbers]
    group = env.ref("base.group_user").id
    made = env["res.users"].create(
        [
            {
                "name": f"Doctor {number}",
                "login": f"bench_doctor_{number}",
                "email": EMAIL.format(number),
                "tz": "Europe/Paris",
                "group_ids": [(6, 0, [group])],
            }
            for number in missing
        ]
    )
    numbers.update(zip(missing, made, strict=True))
    return [numbers[number] for number in range(count)]


def moment(seconds):
    """Return UTC seconds as Odoo's naive UTC datetime."""
    return datetime.fromtimestamp(seconds, timezone.utc).replace(tzinfo=None)
