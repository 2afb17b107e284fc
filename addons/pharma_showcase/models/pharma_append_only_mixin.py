# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.exceptions import UserError


class PharmaAppendOnlyMixin(models.AbstractModel):
    """Records that are written once: for evidence, nobody changes or deletes them.

    Not even the superuser does through the ORM. A concrete model names in
    ``_later_fields`` what may still be written: marks that are no part of the content.
    """

    _name = "pharma.append.only.mixin"
    _description = "Written Once"
    _inherit = ["clinic.protected.mixin"]
    _later_fields = frozenset()

    def write(self, vals):
        """Override: refuse all but later marks.

        :raise UserError: the content was to change
        """
        if any(not self._is_later_field(name) for name in vals):
            self._refuse_change()
        return super().write(vals)

    @api.model
    def _is_later_field(self, name):
        # what a thread or an activity keeps is stored elsewhere
        return name in self._later_fields or not self._fields[name].store

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        self._refuse_change()

    def _refuse_change(self):
        raise UserError(
            self.env._(
                "%(what)s: what was recorded stays as it is. Record what is to be "
                "added or corrected as an entry of its own.",
                what=self.env["ir.model"]._get(self._name).name,
            )
        )
