# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Everything set up: what each command starts from."""

import contextlib
from dataclasses import dataclass

from . import node_env, odoo_source, postgres, python_env
from .database import Databases
from .node_env import NodeEnv
from .odoo import Odoo
from .odoo_source import OdooSource
from .python_env import PythonEnv
from .state import State


@dataclass(frozen=True)
class Environments:
    """What needs no database: Odoo's source and the packages around it."""

    state: State
    source: OdooSource
    python: PythonEnv
    node: NodeEnv


@dataclass(frozen=True)
class Workspace:
    """All of that with a database server, and Odoo on top."""

    environments: Environments
    odoo: Odoo
    databases: Databases

    @property
    def state(self):
        """The state folder."""
        return self.environments.state

    @property
    def python(self):
        """The virtual environment."""
        return self.environments.python


def environments():
    """Fetch and install what is missing; return what there is then."""
    state = State()
    state.prepare()
    with state.lock():
        source = odoo_source.locate(state)
        python = python_env.ensure(state, source)
        node = node_env.ensure(state, python)
        odoo_source.complete(source, node.selfie)
    return Environments(state, source, python, node)


@contextlib.contextmanager
def workspace():
    """Set everything up, and stop at the end what was started."""
    found = environments()
    state, python = found.state, found.python
    with postgres.connection(state, python.postgres_bin) as client:
        odoo = Odoo(state, python, found.source, client)
        odoo.write_config()
        yield Workspace(found, odoo, Databases(state, odoo))
