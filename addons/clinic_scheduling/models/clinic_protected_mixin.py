# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.exceptions import AccessError
from odoo.tools import ormcache

#: Read-only on screens, but no secret: what is over may be archived.
UNPROTECTED_FIELDS = {"active", *models.MAGIC_COLUMNS}


class ClinicProtectedMixin(models.AbstractModel):
    """Records whose read-only fields users do not write, by no way at all.

    Odoo takes values of read-only fields over RPC, also as defaults of the context,
    and also for fields that follow from others: whose a record is, for example.
    """

    _name = "clinic.protected.mixin"
    _description = "Fields That Users Do Not Write"

    @api.model
    @ormcache()
    def _get_protected_fields(self):
        """Return the names of the fields that only our own code may write."""
        return frozenset(
            name
            for name, field in self._fields.items()
            if field.readonly and field.store and name not in UNPROTECTED_FIELDS
        )

    def _refuse_fields(self, names):
        if names:
            raise AccessError(
                self.env._(
                    "%(fields)s of %(record)s cannot be written directly.",
                    fields=", ".join(sorted(names)),
                    record=self._description,
                )
            )

    def _refuse_forgeries(self, vals_list):
        """Return this model as a user may create records of these values with it.

        For the superuser that is the model itself: our own code writes what it likes.

        :raise AccessError: the values say what only our own code may write
        """
        if self.env.su:
            return self
        for vals in vals_list:
            self._refuse_fields(self._get_protected_fields() & vals.keys())
        return self._drop_forged_defaults()

    def _drop_forged_defaults(self):
        """Return this model without context defaults for protected fields."""
        forged = {f"default_{name}" for name in self._get_protected_fields()}
        if not forged & self.env.context.keys():
            return self
        context = {
            key: value for key, value in self.env.context.items() if key not in forged
        }
        return self.with_env(self.env(context=context))
