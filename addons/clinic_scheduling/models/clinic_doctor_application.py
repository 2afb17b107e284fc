# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Doctors who ask to join: what they send, and what becomes of it."""

from markupsafe import Markup

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize, plaintext2html

MANAGER = "clinic_scheduling.group_clinic_manager"

#: Groups of the account that is made, by the kind of login.
LOGIN_GROUPS = {
    "portal": "base.group_portal",
    "internal": "clinic_scheduling.group_clinic_doctor",
}

#: So many managers are asked to decide.
MAX_MANAGERS = 5

#: What the public form may say, nothing else.
APPLICATION_FIELDS = frozenset(
    {
        *("name", "email", "phone", "license_number", "biography"),
        *("specialty_ids", "language_ids", "site_ids"),
    }
)


class ClinicDoctorApplication(models.Model):
    """A doctor's wish to work here, with licence and documents.

    It comes from a public page: nothing in it is proved before a manager has looked.
    """

    _name = "clinic.doctor.application"
    _description = "Doctor's Application"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(required=True)
    email = fields.Char(required=True)
    phone = fields.Char()
    license_number = fields.Char(string="Licence Number", required=True)
    specialty_ids = fields.Many2many("clinic.specialty", string="Specialties")
    language_ids = fields.Many2many("res.lang", string="Languages")
    site_ids = fields.Many2many(
        "clinic.site", string="Sites Wished For", check_company=True
    )
    biography = fields.Text()
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    lang = fields.Char(help="Language of the page on which it was sent.")
    attachment_ids = fields.One2many(
        "ir.attachment",
        "res_id",
        string="Documents",
        domain=[("res_model", "=", "clinic.doctor.application")],
    )
    document_count = fields.Integer(compute="_compute_document_count")
    state = fields.Selection(
        [("new", "New"), ("approved", "Approved"), ("refused", "Refused")],
        default="new",
        required=True,
        readonly=True,
        tracking=True,
        copy=False,
        group_expand=True,
    )
    refusal_reason = fields.Text(readonly=True, copy=False)
    decided_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    decided_at = fields.Datetime(readonly=True, copy=False)
    doctor_id = fields.Many2one("clinic.doctor", readonly=True, copy=False)
    user_id = fields.Many2one("res.users", string="Account", readonly=True, copy=False)

    @api.depends("attachment_ids")
    def _compute_document_count(self):
        for application in self:
            application.document_count = len(application.attachment_ids)

    # ------------------------------------------------------------------
    # Arriving
    # ------------------------------------------------------------------

    @api.model
    def _submit(self, values, uploads=()):
        """Keep what somebody sent by the public page, and tell the managers.

        :param dict values: of ``APPLICATION_FIELDS``; anything else is refused
        :param uploads: ``Upload``, looked at already
        """
        unknown = values.keys() - APPLICATION_FIELDS
        if unknown:
            raise ValueError(f"Not to be sent: {', '.join(sorted(unknown))}")
        quiet = {"mail_create_nosubscribe": True, "mail_create_nolog": True}
        application_sudo = (
            self.sudo()
            .with_context(**quiet)
            .create(
                {
                    **values,
                    "email": email_normalize(values["email"]),
                    "lang": self.env.lang,
                }
            )
        )
        application_sudo._keep_documents(uploads)
        application_sudo._ask_managers()
        return application_sudo

    def _keep_documents(self, uploads):
        # pictures stay as they were sent
        attachments = self.env["ir.attachment"].with_context(image_no_postprocess=True)
        attachments.create(
            [
                {
                    "name": upload.name,
                    "raw": upload.content,
                    "mimetype": upload.mimetype,
                    "res_model": self._name,
                    "res_id": self.id,
                }
                for upload in uploads
            ]
        )

    def _ask_managers(self):
        """Plan the decision for the managers of the company, without a mail."""
        managers = self.env["res.users"].search(
            [
                ("all_group_ids", "in", self.env.ref(MANAGER).ids),
                ("share", "=", False),
                ("company_ids", "in", self.company_id.ids),
            ],
            order="id",
            limit=MAX_MANAGERS,
        )
        for user in managers:
            self.with_context(mail_activity_quick_update=True).activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._("A doctor wants to join"),
                user_id=user.id,
            )

    # ------------------------------------------------------------------
    # Deciding
    # ------------------------------------------------------------------

    def action_open_approval(self):
        """Open the form on which the manager says how the doctor joins."""
        return self._open_decision("clinic.doctor.application.approve")

    def action_open_refusal(self):
        """Open the form on which the manager says why not."""
        return self._open_decision("clinic.doctor.application.refuse")

    def _open_decision(self, model):
        self.ensure_one()
        self.check_access("write")
        self._check_undecided()
        titles = {
            "clinic.doctor.application.approve": self.env._("Approve"),
            "clinic.doctor.application.refuse": self.env._("Refuse"),
        }
        return {
            "type": "ir.actions.act_window",
            "name": titles[model],
            "res_model": model,
            "view_mode": "form",
            "target": "new",
            "context": {"default_application_id": self.id},
        }

    def _check_undecided(self):
        """Refuse to decide a second time.

        :raise UserError: saying what was decided
        """
        states = dict(self._fields["state"]._description_selection(self.env))
        for application in self:
            if application.state != "new":
                raise UserError(
                    self.env._(
                        "The application of %(name)s is decided already: %(state)s.",
                        name=application.name,
                        state=states[application.state],
                    )
                )

    def _approve(self, login, doctor_values, user=None):
        """Make the account, unless one is given, and the doctor; invite them.

        :param login: "portal" or "internal": what the new account may open
        :param dict doctor_values: sites, specialties and what they may change
        :param user: an account of the same person, which stays as it is
        :raise UserError: decided already, or the account cannot be made
        """
        self.ensure_one()
        self.check_access("write")
        self.lock_for_update()
        self._check_undecided()
        is_new = not user
        user_sudo = user.sudo() if user else self._make_user(login)
        doctor = self.env["clinic.doctor"].create(
            {
                "name": self.name,
                "user_id": user_sudo.id,
                "partner_id": user_sudo.partner_id.id,
                "company_id": self.company_id.id,
                "license_number": self.license_number,
                "language_ids": [Command.set(self.language_ids.ids)],
                "biography": plaintext2html(self.biography or ""),
                **doctor_values,
            }
        )
        self._decide(state="approved", doctor_id=doctor.id, user_id=user_sudo.id)
        if is_new:
            user_sudo.partner_id.signup_prepare(signup_type="signup")
        self._queue_mail("clinic_scheduling.mail_template_doctor_approved")
        return doctor

    def _make_user(self, login):
        """Return, as superuser, a new account that has no password yet."""
        # sudo: a manager of the practice does not administer accounts
        users_sudo = self.env["res.users"].sudo()
        known = users_sudo.with_context(active_test=False)
        if known.search_count([("login", "=ilike", self.email)], limit=1):
            raise UserError(
                self.env._(
                    "There is an account with the address %(email)s already. If it is "
                    "the same person's, choose it as their account; nobody gets one "
                    "because addresses match.",
                    email=self.email,
                )
            )
        group = self.env.ref(LOGIN_GROUPS[login])
        users_sudo = users_sudo.with_context(
            no_reset_password=True, mail_create_nosubscribe=True
        )
        return users_sudo.create(
            {
                "name": self.name,
                "login": self.email,
                "email": self.email,
                "phone": self.phone,
                "lang": self._get_lang(),
                "company_id": self.company_id.id,
                "company_ids": [Command.set(self.company_id.ids)],
                "group_ids": [Command.set(group.ids)],
            }
        )

    def _refuse(self, reason, tell=True):
        """Refuse, and say why.

        :param reason: for the doctor, if ``tell``
        """
        self.ensure_one()
        self.check_access("write")
        self.lock_for_update()
        self._check_undecided()
        self._decide(state="refused", refusal_reason=reason)
        if tell:
            self._queue_mail("clinic_scheduling.mail_template_doctor_refused")

    def _decide(self, **values):
        decision = {"decided_by_id": self.env.uid, "decided_at": fields.Datetime.now()}
        self.write({**decision, **values})
        # sudo: the question is answered for all who were asked
        self.sudo().activity_unlink(["mail.mail_activity_data_todo"])

    def _queue_mail(self, template):
        """Have a mail sent after this transaction, soon."""
        # sudo: the invitation holds a secret that managers do not read
        template_sudo = self.env.ref(template).sudo()
        template_sudo.send_mail(self.id, force_send=False)
        self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()

    # ------------------------------------------------------------------
    # For the mails
    # ------------------------------------------------------------------

    def _get_lang(self):
        """Return the language to write to the doctor in, one that is installed."""
        installed = [code for code, _name in self.env["res.lang"].get_installed()]
        return self.lang if self.lang in installed else self.env.lang

    def _get_sign_in_url(self):
        """Return where the doctor signs in, the first time to choose a password."""
        self.ensure_one()
        partner_sudo = self.user_id.sudo().partner_id
        if partner_sudo.signup_type:
            return partner_sudo._get_signup_url()
        return f"{self.get_base_url()}/web/login"

    def _get_reason_html(self):
        """Return the reason of a refusal with its line breaks."""
        return Markup("<br/>").join((self.refusal_reason or "").splitlines())
