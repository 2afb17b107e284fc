# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Pages on which people connect their own calendars: by a link, by a consent."""

import functools
import re
import secrets

from werkzeug.exceptions import NotFound

from odoo import http
from odoo.exceptions import AccessError, UserError
from odoo.http import request
from odoo.tools import consteq
from odoo.tools.misc import hash_sign, verify_hash_signed

from odoo.addons.clinic_scheduling.controllers.portal_common import (
    get_address,
    refuse_attempt,
    refuse_unknown,
    show_page,
)
from odoo.addons.clinic_scheduling.controllers.portal_parameters import to_id
from odoo.addons.clinic_scheduling.exceptions import TooManyRequests

from ..models.calendar_sync_client import REDIRECT
from ..models.calendar_sync_consent import ASK
from ..models.calendar_sync_invitation import PAGE
from ..providers import consent
from ..providers.base import CalendarError

#: What a link's secret looks like; nothing else is looked for.
TOKEN = re.compile(r"[\w-]{20,64}", re.ASCII)

#: What a consent under way leaves in the session, and for how many hours.
SESSION = "calendar_sync_consent"
SCOPE = "calendar_sync_consent"
HOURS = 1

#: Most characters of what is entered.
MOST = 500

ROUTE = {"type": "http", "auth": "public", "website": True, "sitemap": False}


def open_link(kind):
    """Give the route the link that its secret opens, as superuser, in ``link_sudo``.

    What is not there, was used, revoked or has ended gets the same answer.

    :param kind: one of the kinds of ``clinic.rate.limit``, counted for the link
    """

    def decorate(function):
        @functools.wraps(function)
        def wrapper(self, token, **params):
            link_sudo = request.env["calendar.sync.invitation"].sudo()
            if TOKEN.fullmatch(token):
                link_sudo = link_sudo._find_by_token(token)
            limits = request.env["clinic.rate.limit"]
            try:
                if link_sudo:
                    limits._count(kind, f"calendar_link,{link_sudo.id}")
                else:
                    limits._count("calendar_unknown", get_address())
            except TooManyRequests as error:
                return refuse_attempt(error)
            if not link_sudo:
                return show_page("calendar_sync.connect_unknown", {}, status=404)
            return function(self, token, link_sudo, **params)

        return wrapper

    return decorate


class CalendarSyncConnect(http.Controller):
    """Who has the link connects one calendar, for the person it was made for."""

    # ------------------------------------------------------------------
    # By a link
    # ------------------------------------------------------------------

    @http.route(f"{PAGE}/done", methods=["GET"], **ROUTE)
    def connect_done(self, **_params):
        """Say that the calendar is connected."""
        return show_page("calendar_sync.connect_done", {})

    @http.route(f"{PAGE}/<string:token>", methods=["GET"], **ROUTE)
    @open_link("calendar_link")
    def connect(self, token, link_sudo, **_params):
        """Show what is to be done next; nothing is changed by looking."""
        return self._show(token, link_sudo)

    @http.route(f"{PAGE}/<string:token>/caldav", methods=["POST"], **ROUTE)
    @open_link("calendar_attempt")
    def connect_caldav(self, token, link_sudo, **params):
        """Connect a CalDAV mailbox with an app password."""
        refuse_unknown(params, {"csrf_token", "url", "login", "password"})
        names = ("url", "login", "password")
        values = {name: params.get(name, "").strip()[:MOST] for name in names}
        if "caldav" not in link_sudo._get_offered():
            raise NotFound()
        if not all(values.values()):
            text = request.env._("Please fill in all three fields.")
            return self._show(token, link_sudo, text, values)
        return self._try(
            token, link_sudo, lambda: link_sudo._connect_caldav(**values), values
        )

    @http.route(f"{PAGE}/<string:token>/consent", methods=["POST"], **ROUTE)
    @open_link("calendar_attempt")
    def connect_consent(self, token, link_sudo, **params):
        """Lead to the provider, where the owner of the mailbox consents."""
        refuse_unknown(params, {"csrf_token", "provider"})
        provider = params.get("provider")
        if provider == "caldav" or provider not in link_sudo._get_offered():
            raise NotFound()
        try:
            client = self._get_client(link_sudo, provider)
        except (CalendarError, UserError) as error:
            return self._show(token, link_sudo, self._say(error))
        return self._lead(
            client,
            {"link": link_sudo.id, "provider": provider},
            f"{PAGE}/{token}",
            link_sudo.account_id.login or "",
        )

    @http.route(f"{PAGE}/<string:token>/choose", methods=["POST"], **ROUTE)
    @open_link("calendar_attempt")
    def connect_choose(self, token, link_sudo, **params):
        """Choose the calendar, and what goes out and comes in."""
        refuse_unknown(params, {"csrf_token", "calendar", "publish", "read_busy"})
        wanted = to_id(params.get("calendar", ""))
        calendar_sudo = link_sudo.account_id.calendar_ids.filtered(
            lambda item: item.id == wanted
        )
        publish, read_busy = "publish" in params, "read_busy" in params
        text = ""
        if not calendar_sudo:
            text = request.env._("Choose one of the calendars.")
        elif not (publish or read_busy):
            text = request.env._("Choose at least one of the two.")
        if text:
            return self._show(token, link_sudo, text)
        return self._try(
            token,
            link_sudo,
            lambda: link_sudo._choose(calendar_sudo, publish, read_busy),
        )

    def _try(self, token, link_sudo, step, values=None):
        """Take a step, all or nothing, and show what comes next or what went wrong."""
        try:
            with request.env.cr.savepoint():
                step()
        except (CalendarError, UserError) as error:
            link_sudo.invalidate_recordset()
            return self._show(token, link_sudo, self._say(error), values)
        return self._go_on(link_sudo, f"{PAGE}/{token}")

    def _go_on(self, link_sudo, page):
        if not link_sudo.is_open or not link_sudo.resource_id:
            link_sudo.state = "used"
            page = f"{PAGE}/done"
        return request.redirect(page, code=303)

    def _say(self, error):
        """Return a refusal in words; nothing in them is secret."""
        if isinstance(error, CalendarError):
            return request.env["calendar.sync.account"]._describe(error)
        return str(error)

    def _show(self, token, link_sudo, error="", values=None):
        """Return the page of the link as it stands."""
        account_sudo = link_sudo.account_id
        rows_sudo = account_sudo.calendar_ids.sorted("writable", reverse=True)
        calendars = [(item.id, item.name, item.writable) for item in rows_sudo]
        chosen = bool(account_sudo and account_sudo.state == "active")
        shown = {key: item for key, item in (values or {}).items() if key != "password"}
        if account_sudo.provider == "caldav":
            shown = {"url": account_sudo.url, "login": account_sudo.login, **shown}
        page = {
            "page": f"{PAGE}/{token}",
            "person": link_sudo.partner_id.name,
            "practice": link_sudo.company_id.name,
            "again": bool(account_sudo),
            "login": account_sudo.login or "",
            "offered": link_sudo._get_offered(),
            "calendars": calendars if chosen else None,
            "values": shown,
            "error": error,
        }
        status = 422 if error else 200
        return show_page("calendar_sync.connect", page, status=status)

    # ------------------------------------------------------------------
    # By a consent
    # ------------------------------------------------------------------

    @http.route(f"{ASK}/<int:account_id>", type="http", auth="user", methods=["GET"])
    def consent_ask(self, account_id, **_params):
        """Lead an administrator to the provider."""
        account = request.env["calendar.sync.account"].browse(account_id).exists()
        if not account or not account.has_access("write"):
            raise NotFound()
        client = account._get_client()
        whose = {"account": account.id, "user": request.env.uid}
        page = f"/odoo/calendar.sync.account/{account.id}"
        return self._lead(client, whose, page, account.login or "")

    def _get_client(self, link_sudo, provider):
        account_sudo = link_sudo.account_id
        if account_sudo:
            return account_sudo._get_client()
        clients = request.env["calendar.sync.client"]
        return clients._find(link_sudo.company_id, provider)._get_values()

    def _lead(self, client, whose, page, hint):
        """Leave a mark in the session and lead to the provider."""
        nonce, verifier = secrets.token_urlsafe(16), consent.make_verifier()
        env = request.env(su=True)
        state = hash_sign(env, SCOPE, {**whose, "nonce": nonce}, expiration_hours=HOURS)
        request.session[SESSION] = {"nonce": nonce, "verifier": verifier, "page": page}
        redirect = env["calendar.sync.client"]._get_redirect()
        address = consent.get_ask_address(client, redirect, state, verifier, hint)
        return request.redirect(address, code=303, local=False)

    @http.route(REDIRECT, methods=["GET"], **ROUTE)
    def consent_back(self, state="", code="", error="", **_params):
        """Take in what the provider brings back.

        Its answer counts for who began in this browser, within an hour, and once.
        """
        mark = request.session.pop(SESSION, None) or {}
        whose = self._read_state(state, mark.get("nonce", ""))
        if not whose:
            text = request.env._(
                "This attempt has ended, or was begun in another browser. Please "
                "begin again."
            )
            return self._show_failure(text, "", 400)
        try:
            if error or not code or len(code) > 4096:
                raise CalendarError(None, "access_denied", detail=error[:50])
            with request.env.cr.savepoint():
                return self._take(whose, code, mark)
        except (AccessError, CalendarError, UserError) as refusal:
            return self._show_failure(self._say(refusal), mark["page"], 422)

    def _read_state(self, state, nonce):
        """Return whose attempt it is, empty when it is none of this browser's."""
        try:
            values = verify_hash_signed(request.env(su=True), SCOPE, state)
        except (TypeError, ValueError):
            return {}
        if not values or not nonce or not consteq(values["nonce"], nonce):
            return {}
        return values

    def _take(self, whose, code, mark):
        """Connect with a consent: for an account, or for the person of a link."""
        if "account" in whose:
            accounts = request.env["calendar.sync.account"]
            account = accounts.browse(whose["account"]).exists()
            if not account or request.env.uid != whose["user"]:
                raise NotFound()
            account.check_access("write")
            client = account._get_client()
            token = account._exchange(client, code, mark["verifier"])
            account._take_consent(client, token)
            return request.redirect(mark["page"], code=303)
        links_sudo = request.env["calendar.sync.invitation"].sudo()
        link_sudo = links_sudo.browse(whose["link"]).exists()
        if not link_sudo.is_open:
            return show_page("calendar_sync.connect_unknown", {}, status=404)
        client = self._get_client(link_sudo, whose["provider"])
        accounts_sudo = request.env["calendar.sync.account"].sudo()
        token = accounts_sudo._exchange(client, code, mark["verifier"])
        link_sudo._connect_consent(whose["provider"], client, token)
        return self._go_on(link_sudo, mark["page"])

    def _show_failure(self, text, page, status):
        values = {"error": text, "page": page}
        return show_page("calendar_sync.connect_failed", values, status=status)
