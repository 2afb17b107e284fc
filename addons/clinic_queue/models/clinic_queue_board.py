# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import secrets

from odoo import api, fields, models
from odoo.tools import consteq

MANAGER = "clinic_scheduling.group_clinic_manager"


def get_hour_cycle(time_format):
    """Return by which clock a language's times are told: h12 or h23."""
    return "h12" if "%I" in (time_format or "") else "h23"


def _make_token():
    return secrets.token_urlsafe(24)


class ClinicQueueBoard(models.Model):
    """A screen on a wall of the waiting room; its link is its only key."""

    _name = "clinic.queue.board"
    _description = "Waiting Room Board"
    _order = "site_id, sequence, name"
    _check_company_auto = True

    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    site_id = fields.Many2one(
        "clinic.site", required=True, index=True, check_company=True
    )
    company_id = fields.Many2one(
        related="site_id.company_id", store=True, index=True, precompute=True
    )
    queue_ids = fields.Many2many(
        "clinic.queue",
        string="Queues",
        check_company=True,
        domain="[('site_id', '=', site_id)]",
        help="Empty: all of the site.",
    )
    doctor_ids = fields.Many2many(
        "clinic.doctor",
        string="Doctors",
        check_company=True,
        help="Shows calls to these doctors only. Empty: to all.",
    )
    lang_ids = fields.Many2many(
        "res.lang",
        string="Languages",
        help="Empty: the language of the practice.",
    )
    language_mode = fields.Selection(
        [("rotate", "One after the other"), ("beside", "Side by side")],
        string="Several Languages",
        default="rotate",
        required=True,
    )
    has_voice = fields.Boolean(
        string="Announce Aloud",
        default=True,
        help="A chime, and the number and room in each language. Somebody taps Start "
        "once on the screen: browsers stay silent otherwise.",
    )
    next_count = fields.Integer(
        string="Next Numbers",
        default=5,
        required=True,
        help="So many numbers of each queue are shown as coming next.",
    )
    has_wait = fields.Boolean(
        string="Tell New Arrivals the Wait",
        help="Shows how long somebody who walks in now would wait.",
    )
    access_token = fields.Char(
        required=True,
        copy=False,
        readonly=True,
        groups=MANAGER,
        default=lambda _self: _make_token(),
    )
    url = fields.Char(string="Link", compute="_compute_url", groups=MANAGER)

    _unique_token = models.UniqueIndex("(access_token)")
    _check_next_count = models.Constraint(
        "CHECK (next_count BETWEEN 0 AND 20)", "A board shows 0 to 20 next numbers."
    )

    @api.depends("access_token")
    def _compute_url(self):
        for board in self:
            path = f"/clinic/queue/board/{board.access_token}"
            board.url = f"{board.get_base_url()}{path}"

    def write(self, vals):
        """Override: open boards show new settings at once."""
        before = self._get_queues()
        result = super().write(vals)
        (before | self._get_queues())._poke()
        return result

    @api.model
    def _find_by_token(self, token):
        """Return, as superuser, the board that a link opens, or an empty one."""
        boards_sudo = self.sudo()
        found_sudo = boards_sudo.search([("access_token", "=", token)], limit=1)
        if found_sudo and consteq(found_sudo.access_token, token):
            return found_sudo
        return boards_sudo.browse()

    def _get_queues(self):
        """Return, as superuser, the queues that these boards show."""
        queues_sudo = self.env["clinic.queue"].sudo()
        for board_sudo in self.sudo():
            queues_sudo |= board_sudo.queue_ids or queues_sudo.search(
                [("site_id", "=", board_sudo.site_id.id)]
            )
        return queues_sudo.filtered("active")

    def _get_languages(self):
        """Return the codes of the languages that the board speaks."""
        self.ensure_one()
        codes = self.sudo().lang_ids.filtered("active").mapped("code")
        return codes or [self.sudo().company_id.partner_id.lang or "en_US"]

    def _get_state(self):
        """Return what the board shows now: see ``clinic.queue._get_public_state``."""
        self.ensure_one()
        board_sudo = self.sudo()
        queues_sudo = board_sudo._get_queues()
        return {
            **queues_sudo._get_public_state(
                doctors=board_sudo.doctor_ids,
                languages=board_sudo._get_languages(),
                most_next=board_sudo.next_count,
                waits=board_sudo.has_wait,
            ),
            "day": str(
                fields.Date.context_today(self.with_context(tz=self.site_id.tz))
            ),
            "channel": self.env["ir.websocket"]._get_queue_channel(queues_sudo),
        }

    def _get_settings(self):
        """Return how the board shows it, with its words in all its languages."""
        self.ensure_one()
        board_sudo = self.sudo()
        languages = board_sudo._get_languages()
        directions = self.env["res.lang"]._get_data
        return {
            "title": board_sudo.site_id.name,
            "zone": board_sudo.site_id.tz,
            "mode": board_sudo.language_mode,
            "hasVoice": board_sudo.has_voice,
            "languages": [
                {
                    "code": code,
                    "tag": code.replace("_", "-").partition("@")[0],
                    "direction": directions(code=code).direction or "ltr",
                    # the clock of the language's settings, not of the browser
                    "hourCycle": get_hour_cycle(directions(code=code).time_format),
                    "words": self.with_context(lang=code)._get_words(),
                }
                for code in languages
            ],
        }

    def _get_words(self):
        """Return the board's words in the context's language."""
        return {
            "called": self.env._("Now called"),
            "next": self.env._("Next"),
            "nobody": self.env._("Nobody is being called at the moment."),
            "nobodyNext": self.env._("Nobody is waiting."),
            "wait": self.env._("If you arrive now"),
            "minutes": self.env._("%(low)s to %(high)s min"),
            "about": self.env._("about %(high)s min"),
            "span": self.env._("%(low)s to %(high)s"),
            "aboutSpan": self.env._("about %(high)s"),
            "short": self.env._("%(minutes)s min"),
            "hours": self.env._("%(hours)s h"),
            "hoursMinutes": self.env._("%(hours)s h %(minutes)s min"),
            "emergency": self.env._(
                "An emergency has priority; waiting times are longer."
            ),
            "start": self.env._("Start"),
            "startHint": self.env._(
                "Tap to turn the sound on and keep the screen awake."
            ),
            "blocked": self.env._("Sound is blocked. Tap the screen."),
            "reconnecting": self.env._("Reconnecting…"),
            "age": self.env._("As of %(time)s, %(minutes)s min ago"),
            "gone": self.env._("This board's link is not valid any more."),
            "speak": self.env._("Number %(number)s, please go to %(room)s."),
        }

    # ------------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------------

    def action_open_board(self):
        """Show the board in a new tab."""
        self.ensure_one()
        self.check_access("read")
        return {"type": "ir.actions.act_url", "url": self.url, "target": "new"}

    def action_renew_link(self):
        """Give the board a new link: the old one opens nothing any more."""
        self.check_access("write")
        for board in self:
            board.access_token = _make_token()
