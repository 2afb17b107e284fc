# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

CHANNELS = [
    ("visit", "Visits"),
    ("phone", "Telephone"),
    ("video", "Video calls"),
    ("email", "E-mail"),
    ("sms", "SMS"),
    ("post", "Letters"),
    ("any", "Any channel"),
]

PURPOSES = [
    ("showcase", "Showing products"),
    ("information", "Medical information"),
    ("survey", "Surveys and feedback"),
    ("disclosure", "Being named in reports on transfers of value"),
]


class PharmaConsentText(models.Model):
    """The wording of a consent, in one version. It stays as it is once it was used."""

    _name = "pharma.consent.text"
    _description = "Text of a Consent"
    _order = "purpose, name, version desc"

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    purpose = fields.Selection(PURPOSES, required=True, default="showcase")
    version = fields.Char(required=True, default="1")
    lang_id = fields.Many2one("res.lang", string="Language")
    body = fields.Text(string="Wording", required=True)
    company_id = fields.Many2one(
        "res.company", index=True, default=lambda self: self.env.company
    )
    consent_count = fields.Integer(compute="_compute_consent_count")

    _unique_version = models.UniqueIndex(
        "(name, version, COALESCE(company_id, 0))", "This version exists already."
    )

    @api.depends("name", "version")
    def _compute_display_name(self):
        for text in self:
            text.display_name = f"{text.name} ({text.version})"

    def _compute_consent_count(self):
        counts = dict(
            self.env["pharma.consent"]._read_group(
                [("text_id", "in", self.ids)], ["text_id"], ["__count"]
            )
        )
        for text in self:
            text.consent_count = counts.get(text, 0)

    def write(self, vals):
        """Override: what doctors agreed to keeps its wording.

        :raise UserError: the text is in use
        """
        if vals.keys() & {"name", "version", "purpose", "body", "lang_id"}:
            used = self.env["pharma.consent"].sudo()
            if used.search_count([("text_id", "in", self.ids)], limit=1):
                raise UserError(
                    self.env._(
                        "Doctors have agreed to this text. Make a new version of it."
                    )
                )
        return super().write(vals)


class PharmaConsent(models.Model):
    """A doctor's consent to be contacted: by which channel, what for, to what text.

    It is written once. To withdraw it is a mark of its own, and a new consent a new
    record, so that who asks later finds what held on any day.
    """

    _name = "pharma.consent"
    _description = "Consent of a Doctor"
    _inherit = ["pharma.append.only.mixin", "mail.thread"]
    _order = "given_at desc, id desc"
    _check_company_auto = True
    _later_fields = frozenset({"withdrawn_at", "withdrawn_by_id", "withdrawal_note"})

    doctor_id = fields.Many2one(
        "clinic.doctor",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    channel = fields.Selection(CHANNELS, required=True, default="visit")
    purpose = fields.Selection(PURPOSES, required=True, default="showcase")
    text_id = fields.Many2one(
        "pharma.consent.text",
        required=True,
        ondelete="restrict",
        check_company=True,
        domain="[('purpose', '=', purpose)]",
        help="The version that the doctor agreed to.",
    )
    given_at = fields.Datetime(
        string="Given", required=True, default=fields.Datetime.now, index=True
    )
    expires_on = fields.Date(string="Until", help="The last day of it. Empty: no end.")
    proof = fields.Binary(
        attachment=True, help="The signed form, a recording, a mail: what shows it."
    )
    proof_name = fields.Char(string="File")
    signature = fields.Image(max_width=1024, max_height=512)
    source = fields.Char(
        required=True,
        help="How it was given: on a signed form, by mail, on a web page…",
    )
    withdrawn_at = fields.Datetime(readonly=True, copy=False)
    withdrawn_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    withdrawal_note = fields.Char(readonly=True, copy=False)
    state = fields.Selection(
        [("given", "Given"), ("expired", "Expired"), ("withdrawn", "Withdrawn")],
        compute="_compute_state",
        search="_search_state",
    )

    _check_dates = models.Constraint(
        "CHECK (expires_on IS NULL OR expires_on >= given_at::date)",
        "A consent ends after it was given.",
    )

    @api.depends("withdrawn_at", "expires_on")
    def _compute_state(self):
        today = fields.Date.context_today(self)
        for consent in self:
            if consent.withdrawn_at:
                consent.state = "withdrawn"
            else:
                is_over = consent.expires_on and consent.expires_on < today
                consent.state = "expired" if is_over else "given"

    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        withdrawn = Domain("withdrawn_at", "!=", False)
        expired = Domain("expires_on", "<", fields.Date.context_today(self))
        domains = {
            "withdrawn": withdrawn,
            "expired": ~withdrawn & expired,
            "given": ~withdrawn & ~expired,
        }
        return Domain.OR(domains[state] for state in value)

    @api.depends("doctor_id", "channel", "purpose")
    def _compute_display_name(self):
        channels = dict(self._fields["channel"]._description_selection(self.env))
        for consent in self:
            channel = channels.get(consent.channel, "")
            consent.display_name = f"{consent.doctor_id.display_name} · {channel}"

    # the doctor is in every new record, so what is left out is missed as well
    @api.constrains("doctor_id", "proof", "signature")
    def _check_proof(self):
        for consent in self:
            if not (consent.proof or consent.signature):
                raise ValidationError(
                    self.env._("Attach what shows the consent: a file or a signature.")
                )

    @api.constrains("text_id", "purpose")
    def _check_text(self):
        for consent in self:
            if consent.text_id.purpose != consent.purpose:
                raise ValidationError(
                    self.env._("That text is about another purpose than this consent.")
                )

    @api.model_create_multi
    def create(self, vals_list):
        """Override: a consent begins as given; to withdraw it is an act of its own."""
        self = self._refuse_forgeries(vals_list)
        return super().create(vals_list)

    def action_withdraw(self):
        """Note that the doctor withdrew these consents, as of now."""
        self._withdraw()

    def _withdraw(self, note=""):
        """Mark these consents as withdrawn; those that are already stay as they are.

        :raise AccessError: the user may not record consents
        """
        self.check_access("read")
        self.browse().check_access("create")
        for consent in self.filtered(lambda item: not item.withdrawn_at):
            # sudo: the record itself is nobody's to write
            consent.sudo().write(
                {
                    "withdrawn_at": fields.Datetime.now(),
                    "withdrawn_by_id": self.env.uid,
                    "withdrawal_note": note or False,
                }
            )
            consent.sudo().message_post(
                body=self.env._("The doctor withdrew this consent.")
            )

    @api.model
    def _get_status(self, doctor, channel, purpose, company, day=None):
        """Return what holds for one doctor, see ``_get_statuses``."""
        found = self._get_statuses(doctor, channel, purpose, company, day)
        return found[doctor.id]

    @api.model
    def _get_statuses(self, doctors, channel, purpose, company, day=None):
        """Return {doctor's id: what holds on ``day``}: the newest word counts.

        A word is what was given, or that it was withdrawn; about the channel itself or
        about any.

        :param channel: None where the purpose has no channel
        :param day: default: today
        :return: ``given``, ``expired``, ``withdrawn`` or ``none``, for each
        """
        day = day or fields.Date.context_today(self)
        channels = [channel, "any"] if channel else [key for key, _label in CHANNELS]
        # sudo: whether a doctor may be contacted is not a matter of territories
        consents_sudo = self.sudo().search(
            [
                ("doctor_id", "in", doctors.ids),
                ("company_id", "=", company.id),
                ("channel", "in", channels),
                ("purpose", "=", purpose),
                ("given_at", "<=", fields.Datetime.now()),
            ],
            order="id",
        )
        statuses = dict.fromkeys(doctors.ids, "none")
        for consent in consents_sudo.sorted(lambda item: item._get_word_key()):
            statuses[consent.doctor_id.id] = consent._get_status_on(day)
        return statuses

    @api.model
    def _get_refusals(self, doctors, channel, company):
        """Return {doctor's id: the status that forbids to contact them that way}.

        Doctors who may be contacted about showcases are not in it.
        """
        statuses = self._get_statuses(doctors, channel, "showcase", company)
        is_strict = company.sudo().pharma_consent_mode == "opt_in"
        return {
            doctor_id: status
            for doctor_id, status in statuses.items()
            if status == "withdrawn" or (is_strict and status != "given")
        }

    def _get_word_key(self):
        """Return the key by which the last word on a consent is ordered among others.

        Of two words of the same second, the withdrawal is believed.
        """
        self.ensure_one()
        return self.withdrawn_at or self.given_at, bool(self.withdrawn_at)

    def _get_status_on(self, day):
        self.ensure_one()
        if self.withdrawn_at:
            return "withdrawn"
        is_over = self.expires_on and self.expires_on < day
        return "expired" if is_over else "given"
