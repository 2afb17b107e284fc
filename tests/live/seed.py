# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Makes the users of the live tests. Runs inside Odoo's shell, which gives ``env``.

The only step that RPC cannot do: an API key is shown to its owner alone. The variable
CLINIC_SEED names the file to write; CLINIC_SEED_PASSWORD is everybody's password.
"""

import json
import os
from datetime import timedelta
from pathlib import Path

from odoo.fields import Command, Datetime

GROUPS = {
    "manager": "clinic_scheduling.group_clinic_manager",
    "reception1": "clinic_scheduling.group_clinic_receptionist",
    "reception2": "clinic_scheduling.group_clinic_receptionist",
    "reception3": "clinic_scheduling.group_clinic_receptionist",
    "reception4": "clinic_scheduling.group_clinic_receptionist",
    "nurse": "clinic_scheduling.group_clinic_nurse",
    "portal": "base.group_portal",
    "patient": "base.group_portal",
    "guardian": "base.group_portal",
    "employee": "base.group_user",
    "sales": "pharma_showcase.group_pharma_manager"
    " clinic_scheduling.group_clinic_manager base.group_allow_export",
    "scheduler": "pharma_showcase.group_pharma_scheduler",
    "rep1": "pharma_showcase.group_pharma_representative",
    "rep2": "pharma_showcase.group_pharma_representative",
    "rep3": "pharma_showcase.group_pharma_representative",
    "rep4": "pharma_showcase.group_pharma_representative",
}


def make_user(env, name, groups):
    """Return the id and API key of a new user with the roles of ``groups``."""
    user = env["res.users"].create(
        {
            "name": f"Live {name}",
            "login": f"live_{name}",
            "password": os.environ["CLINIC_SEED_PASSWORD"],
            "group_ids": [Command.set([env.ref(item).id for item in groups.split()])],
            "lang": "en_US",
            "tz": "UTC",
        }
    )
    keys = env["res.users.apikeys"].with_user(user).sudo()
    tomorrow = Datetime.now() + timedelta(days=1)
    return {"id": user.id, "key": keys._generate("rpc", "live test", tomorrow)}


env = globals()["env"]
# all visitors of a live test come from one address
BY_ADDRESS = (
    "search picture hold book book_address change code_address verify_address"
    " kiosk_pair kiosk_pair_all"
)
for kind in BY_ADDRESS.split():
    parameters = env["ir.config_parameter"]
    parameters.set_param(f"clinic_scheduling.limit.{kind}", "10000/60")
parameters.set_param("clinic_scheduling.limit.unproved_holds", "10000")
# messages go at any time of the day
env["res.company"].search([]).write({"clinic_quiet_from": 0, "clinic_quiet_to": 0})
users = {name: make_user(env, name, groups) for name, groups in GROUPS.items()}
env.cr.commit()
Path(os.environ["CLINIC_SEED"]).write_text(json.dumps(users))
