# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Whom somebody acts for, and who acts for them: by consents alone."""

from werkzeug.exceptions import NotFound

from odoo.fields import Domain
from odoo.http import Controller, request, route

from .portal_common import count_attempt, refuse_unknown, show_page

#: What may be said of a dependant here, and of how one is related.
DEPENDANT_FIELDS = ("name", "birthdate")
RELATIONSHIPS = ("parent", "guardian", "carer", "other")


class ClinicDependants(Controller):
    """Pages for who is signed in."""

    def _get_given(self):
        """Return what the caller may do for others."""
        partner = request.env.user.partner_id
        return request.env["clinic.patient"]._get_consents_for_others(partner)

    def _get_taken(self):
        """Return what others may do for the caller."""
        partner = request.env.user.partner_id
        patient_sudo = request.env["clinic.patient"]._get_self(partner)
        consents_sudo = request.env["clinic.consent"].sudo()
        return consents_sudo.search(
            Domain("patient_id", "in", patient_sudo.ids)
            & Domain("partner_id", "!=", partner.id)
            & Domain("state", "in", ["active"])
            & Domain("patient_id.active", "=", True)
        )

    @route("/my/dependants", type="http", auth="user", methods=["GET"], website=True)
    def portal_my_dependants(self, **params):
        """List whom the caller acts for, and who acts for the caller."""
        values = {
            "page_name": "clinic_dependants",
            "given": [self._get_row(consent) for consent in self._get_given()],
            "taken": [self._get_row(consent) for consent in self._get_taken()],
            "is_done": bool(params.get("done")),
        }
        return show_page("clinic_scheduling.portal_my_dependants", values)

    def _get_row(self, consent_sudo):
        field = consent_sudo._fields["relationship"]
        relationships = dict(field._description_selection(request.env))
        end = consent_sudo.valid_until
        return {
            "id": consent_sudo.id,
            "patient_id": consent_sudo.patient_id.id,
            "patient": consent_sudo.patient_id.name,
            "birthdate": consent_sudo.patient_id.birthdate,
            "person": consent_sudo.partner_id.name,
            "relationship": relationships[consent_sudo.relationship],
            "scope": consent_sudo.scope,
            "may_manage": consent_sudo.scope == "manage",
            "valid_until": end and request.env["clinic.schedule"]._format_date(end),
        }

    # ------------------------------------------------------------------
    # Give up, revoke
    # ------------------------------------------------------------------

    @route(
        "/my/dependants/<int:consent_id>/give-up",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    @count_attempt("change")
    def portal_give_up(self, consent_id, **_posted):
        """Act no longer for somebody."""
        return self._revoke(self._get_given(), consent_id)

    @route(
        "/my/consents/<int:consent_id>/revoke",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    @count_attempt("change")
    def portal_revoke(self, consent_id, **_posted):
        """Let somebody act for the caller no longer."""
        return self._revoke(self._get_taken(), consent_id)

    def _revoke(self, consents_sudo, consent_id):
        consent_sudo = consents_sudo.filtered(lambda item: item.id == consent_id)
        if not consent_sudo:
            raise NotFound()
        consent_sudo.action_revoke()
        return request.redirect("/my/dependants?done=1", code=303)

    # ------------------------------------------------------------------
    # Add, edit
    # ------------------------------------------------------------------

    @route(
        "/my/dependants/add", type="http", auth="user", methods=["GET"], website=True
    )
    def portal_ask_dependant(self, **_params):
        """Ask who the dependant is."""
        return self._show_dependant({}, {})

    @route(
        "/my/dependants/add", type="http", auth="user", methods=["POST"], website=True
    )
    @count_attempt("change")
    def portal_add_dependant(self, relationship="parent", **posted):
        """Register a dependant, whom the caller then may act for."""
        refuse_unknown(posted, DEPENDANT_FIELDS)
        said = self._get_said(posted)
        values, errors = request.env["clinic.patient"]._read_registration(said)
        if relationship not in RELATIONSHIPS:
            errors["relationship"] = request.env._("Please choose one of the answers.")
        partner = request.env.user.partner_id
        patients = request.env["clinic.patient"]
        if refusal := patients._get_dependants_refusal(partner):
            errors["name"] = refusal
        if errors:
            return self._show_dependant({**said, "relationship": relationship}, errors)
        patient_sudo = patients._register_patient(values, guardian=partner)
        patient_sudo.consent_ids.relationship = relationship
        return request.redirect("/my/dependants?done=1", code=303)

    @route(
        "/my/dependants/<int:patient_id>",
        type="http",
        auth="user",
        methods=["GET"],
        website=True,
    )
    def portal_ask_edit_dependant(self, patient_id, **_params):
        """Show the details of a dependant."""
        patient_sudo = self._get_managed(patient_id)
        said = {"name": patient_sudo.name, "birthdate": patient_sudo.birthdate}
        return self._show_dependant(said, {}, patient_sudo)

    @route(
        "/my/dependants/<int:patient_id>",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    @count_attempt("change")
    def portal_edit_dependant(self, patient_id, **posted):
        """Correct the name and the date of birth of a dependant.

        A consent never lasts longer for that.
        """
        patient_sudo = self._get_managed(patient_id)
        refuse_unknown(posted, DEPENDANT_FIELDS)
        said = self._get_said(posted)
        values, errors = request.env["clinic.patient"]._read_registration(said)
        if errors:
            return self._show_dependant(said, errors, patient_sudo)
        patient_sudo._write_from_portal(values)
        return request.redirect("/my/dependants?done=1", code=303)

    def _get_said(self, posted):
        return {name: posted.get(name) or "" for name in DEPENDANT_FIELDS}

    def _get_managed(self, patient_id):
        """Return, as superuser, a dependant whose details the caller may change."""
        consents_sudo = self._get_given().filtered(lambda item: item.scope == "manage")
        patients_sudo = consents_sudo.patient_id
        patient_sudo = patients_sudo.filtered(lambda item: item.id == patient_id)
        if not patient_sudo:
            raise NotFound()
        return patient_sudo

    def _show_dependant(self, said, errors, patient_sudo=None):
        field = request.env["clinic.consent"]._fields["relationship"]
        labels = dict(field._description_selection(request.env))
        values = {
            "page_name": "clinic_dependant",
            "said": said,
            "errors": errors,
            "relationships": [(name, labels[name]) for name in RELATIONSHIPS],
            "patient_id": patient_sudo and patient_sudo.id,
        }
        status = 422 if errors else 200
        return show_page("clinic_scheduling.portal_dependant", values, status)
