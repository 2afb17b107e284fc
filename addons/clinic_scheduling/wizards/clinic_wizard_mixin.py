# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.tools import clean_context


class ClinicWizardMixin(models.AbstractModel):
    """A wizard that takes no record which its user may not read.

    Odoo shows the name of whatever a record points to. A client could therefore
    point a wizard to any id and read names out of it.
    """

    _name = "clinic.wizard.mixin"
    _description = "Wizard That Checks What It Is Given"

    @api.model_create_multi
    def create(self, vals_list):
        """Create the wizards, defaults of the context checked like values."""
        wizards = super().create(vals_list)
        wizards._check_given()
        return wizards

    def write(self, vals):
        result = super().write(vals)
        self._check_given(vals.keys())
        return result

    def onchange(self, values, field_names, fields_spec):
        """Answer about a form that is not saved yet: checked in the same way."""
        if not self.env.su:
            self._get_unsaved(values)._check_unsaved()
        return super().onchange(values, field_names, fields_spec)

    @api.model
    def _get_given_names(self):
        """Return the names of the stored fields that point to one or many records."""
        return {
            name
            for name, field in self._fields.items()
            if field.type in ("many2one", "many2many")
            and field.store
            and name not in models.MAGIC_COLUMNS
        }

    @api.model
    def _get_line_names(self):
        """Return the names of the fields whose lines check themselves likewise."""
        return {
            name
            for name, field in self._fields.items()
            if field.type == "one2many"
            and hasattr(self.env[field.comodel_name], "_check_unsaved")
        }

    def _check_given(self, names=None):
        """Check that the user may read what these wizards point to.

        :param names: of the fields to look at; None: all
        :raise AccessError: as reading it would
        """
        if self.env.su:
            return
        wanted = self._get_given_names()
        for name in wanted if names is None else wanted & set(names):
            # sudo: to see what is there, not only what the user may see
            all_sudo = self.sudo().with_context(active_test=False)
            if given := all_sudo.mapped(name)._origin.with_env(self.env):
                given.check_access("read")

    def _as_server(self, model):
        """Return ``model`` for records that only the server makes for this user.

        Defaults that a client put into the context are none of the server's.
        """
        # sudo: clients may not make these
        return self.env[model].sudo().with_context(clean_context(self.env.context))

    def _check_unsaved(self):
        self._check_given()
        for name in self._get_line_names():
            self[name]._check_unsaved()

    def _get_unsaved(self, values):
        """Return the wizard as the form shows it, with what matters here."""
        names, lines = self._get_given_names(), self._get_line_names()
        given = {key: values[key] for key in (names | lines) & values.keys()}
        if not self:
            lines = {name for name in lines if f"default_{name}" in self.env.context}
            missing = sorted((names | lines) - given.keys())
            given = {**self.default_get(missing), **given}
        return self.new(given, origin=self)
