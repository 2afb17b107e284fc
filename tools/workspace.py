# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Everything set up: what each command starts from."""

import contextlib
from dataclasses import dataclass

from . import node_env, odoo_source, postgres, python_env
from .database import Databases
from .node_env import NodeEnv
from .odoo import Odoo
from .python_env import PythonEnv
from .state import State


@dataclass(frozen=True)
class Workspace:
    """The tools and servers that a command works with."""

    state: State
    python: PythonEnv
    node: NodeEnv
    odoo: Odoo
    databases: Databases


@contextlib.contextmanager
def environments():
    """Yield (state, source, python, node): what needs no database server."""
    state = State()
    state.prepare()
    with state.lock():
        source = odoo_source.locate(state)
        python = python_env.ensure(state, source)
        node = node_env.ensure(state, python)
        odoo_source.complete(source, node.selfie)
    yield state, source, python, node


@contextlib.contextmanager
def workspace():
    """Set everything up, and stop at the end what was started."""
    with environments() as (state, source, python, node):
        with postgres.connection(state, python.postgres_bin) as client:
            odoo = Odoo(state, python, source, client)
            odoo.write_config()
            yield Workspace(state, python, node, odoo, Databases(state, odoo))
