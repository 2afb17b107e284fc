# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Databases with our addons, made from a template that holds what they need."""

import shutil

from . import addons as addons_of_ours
from .console import Problem, say
from .state import fingerprint

PREFIX = "clinic_template_"
BOOK = "databases.json"  # what each database was made from
BASE = ("base", "web", "mail")  # in the template though nothing may need it yet


class Databases:
    """The databases of one workspace."""

    def __init__(self, state, odoo):
        self.state, self.odoo, self.client = state, odoo, odoo.client

    def template(self):
        """Return a database with all foreign addons that ours depend on.

        It has demo data, which ours can only have if theirs is there.
        """
        needed = sorted({*BASE, *addons_of_ours.foreign(addons_of_ours.discover())})
        name = PREFIX + fingerprint(
            str(self.state.folder), self.odoo.source.identity, *needed
        )
        if self._is_whole(name):
            return name
        say("Database template (once; kept until the dependencies change)")
        self._create(name)
        found = self.odoo.install(name, install=needed, demo=True)
        report(found)
        self._record(name, {})
        self._drop_old_templates(keep=name)
        return name

    def ensure(self, name, addons, demo=False, bare=False):
        """Bring a database up to date with the addons' code and data.

        A ``bare`` one holds only what the addons name as their dependencies, none
        of what Odoo installs by itself beside them.
        """
        if not self._is_whole(name):
            self.fresh(name, demo, bare)
        have = self._book()[name].get("addons", {})
        wanted = {addon.name: addon.fingerprint for addon in addons.values()}
        changed = [key for key in wanted if have.get(key) != wanted[key]]
        if not changed:
            return
        present = self.odoo.installed(name)
        install = [key for key in changed if key not in present]
        update = [key for key in changed if key in present]
        for verb, names in (("installing", install), ("updating", update)):
            if names:
                say(f"Database {name}: {verb} {', '.join(names)}")
        report(self.odoo.install(name, install, update, bare=bare))
        self._record(name, {**have, **wanted})
        self.state.mark_done("database", name)

    def fresh(self, name, demo=False, bare=False):
        """Make a database anew, without any addon of ours.

        Odoo loads an addon's demo data where the addons that it needs have theirs;
        without ``demo`` they are marked as having none.
        """
        self._create(name, "template0" if bare else self.template())
        if not (demo or bare):
            self.client.sql("UPDATE ir_module_module SET demo = false", name)
        self._record(name, {})

    def set_address(self, name, address):
        """Have a database's mails link to the address that it is served at.

        Odoo learns it only when an administrator logs in. One that somebody froze
        stays.
        """
        self.client.sql(
            "INSERT INTO ir_config_parameter (key, value)"
            f" SELECT 'web.base.url', '{address}' WHERE NOT EXISTS (SELECT"
            " FROM ir_config_parameter WHERE key = 'web.base.url.freeze')"
            " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            name,
        )

    def note(self, name, addons):
        """Record that a database holds these addons as they are now."""
        self._record(name, {addon.name: addon.fingerprint for addon in addons.values()})

    def names(self):
        """Return the names of all databases that were made here."""
        return list(self._book())

    def drop(self, name):
        """Drop a database and its files."""
        self.client.drop(name)
        shutil.rmtree(self._files(name), ignore_errors=True)
        book = self._book()
        book.pop(name, None)
        self.state.write_json(BOOK, book)

    def _create(self, name, template="template0"):
        """Create a database; until it is recorded it counts as unfinished."""
        book = self._book()
        exists = name in self.client.databases()
        if exists and name not in book and not name.startswith(PREFIX):
            raise Problem(
                f"The database {name} exists and was not made by this command:"
                " choose another name with DB=..., or drop it."
            )
        book[name] = {"finished": False}
        self.state.write_json(BOOK, book)
        self.client.drop(name)
        shutil.rmtree(self._files(name), ignore_errors=True)
        self.client.create(name, template)
        if self._files(template).exists():
            shutil.copytree(self._files(template), self._files(name))

    def _drop_old_templates(self, keep):
        for name in self.names():
            if name.startswith(PREFIX) and name != keep:
                self.drop(name)

    def _files(self, name):
        return self.odoo.data / "filestore" / name

    def _book(self):
        return self.state.read_json(BOOK, {})

    def _is_whole(self, name):
        """Tell whether a database of ours is there and was made to its end."""
        entry = self._book().get(name, {"finished": False})
        return entry["finished"] and name in self.client.databases()

    def _record(self, name, fingerprints):
        entry = {"finished": True, "addons": fingerprints}
        self.state.write_json(BOOK, {**self._book(), name: entry})


def report(entries):
    """Show what Odoo complained about while it installed."""
    for entry in entries[:5]:
        say(f"  note: {entry.headline}")
