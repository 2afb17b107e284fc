# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The kiosk: a page that a tablet keeps, and what the tablet asks for by its secret.

The page and its worker are the same for everybody and tell nothing. All else needs the
device's secret in a header of its own, which no other site can send: these routes read
no cookie, so a forged form does nothing there.
"""

import functools
import json

from odoo.http import Controller, request, route
from odoo.tools import file_open

from odoo.addons.clinic_scheduling.controllers.portal_common import (
    get_address,
    refuse_attempt,
)
from odoo.addons.clinic_scheduling.exceptions import TooManyRequests

from ..models.clinic_queue_device_contact import CONTACT_KINDS
from ..sync_items import BadItem, read_batch
from .queue_common import send_json

SCOPE = "/clinic/queue/kiosk"
BUNDLE = "clinic_queue.assets_kiosk"
ICONS = "/clinic_queue/static/img/kiosk"
WORKER_FILE = "clinic_queue/static/worker/kiosk_worker.js"
HEADER = "X-Clinic-Device"

#: The longest message that a tablet sends (bytes): 50 items with all they may hold.
MAX_BODY = 128 * 1024

PAGE_HEADERS = {
    "Cache-Control": "no-cache",
    # OWL compiles its templates in the page
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self' 'unsafe-eval'; img-src 'self' data:; "
        "style-src 'self' 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "Permissions-Policy": "camera=(self)",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex",
}

PUBLIC = {"type": "http", "auth": "public", "sitemap": False, "save_session": False}
POST = {**PUBLIC, "methods": ["POST"], "csrf": False}


def read_json():
    """Return what was sent, an object.

    :raise BadItem: it is too long, or no JSON object
    """
    http = request.httprequest
    if http.mimetype != "application/json" or (http.content_length or 0) > MAX_BODY:
        raise BadItem("body")
    try:
        # kept: after a conflict in the database Odoo calls the route once more
        payload = json.loads(http.get_data())
    except (ValueError, RecursionError) as error:
        raise BadItem("body") from error
    if not isinstance(payload, dict):
        raise BadItem("body")
    return payload


def read_texts(payload, *names):
    """Return the texts of those names, in order.

    :raise BadItem: something is missing, no text, too long, or not asked for
    """
    texts = [payload.get(name) for name in names]
    is_right = payload.keys() <= {*names, "lang"} and all(
        isinstance(text, str) and 0 < len(text) <= 100 and "\0" not in text
        for text in texts
    )
    if not is_right:
        raise BadItem("texts")
    return texts


def for_device(function):
    """Give the route the device whose secret came along, and what it sent.

    Without one the answer is 401, for all reasons the same.
    """

    @functools.wraps(function)
    def wrapper(self):
        limits = request.env["clinic.rate.limit"]
        devices = request.env["clinic.queue.device"]
        device_sudo = devices._authenticate(request.httprequest.headers.get(HEADER))
        try:
            if not device_sudo:
                limits._count("kiosk_wrong", get_address())
                return send_json({"code": "unpaired"}, 401)
            limits._count("kiosk_call", device_sudo._get_identity())
            payload = read_json()
            device_sudo = _speak(device_sudo, payload.pop("lang", None))
            return function(self, device_sudo, payload)
        except TooManyRequests as error:
            return refuse_attempt(error)
        except BadItem:
            return send_json({"code": "bad_request"}, 400)

    return wrapper


def _speak(device_sudo, lang):
    codes = [code for code, *_rest in device_sudo._get_languages()]
    return device_sudo.with_context(lang=lang if lang in codes else codes[0])


class QueueKiosk(Controller):
    """The kiosk's page and files."""

    @route([SCOPE, f"{SCOPE}/staff"], **PUBLIC, methods=["GET"])
    def queue_kiosk(self):
        """Return the page; it is empty until the tablet's secret fills it."""
        texts = request.env["clinic.queue.device"]._get_all_texts()
        response = request.render(
            "clinic_queue.queue_kiosk",
            {
                # not t-call-assets: its scripts bring code of their own into the page
                "files": request.env["ir.qweb"]._get_asset_links(BUNDLE),
                "texts": json.dumps(texts),
                "is_staff": request.httprequest.path.endswith("/staff"),
                "icons": ICONS,
                "scope": SCOPE,
            },
        )
        response.flatten()
        response.headers.update(PAGE_HEADERS)
        return response

    @route(f"{SCOPE}/worker.js", **PUBLIC, methods=["GET"])
    def queue_kiosk_worker(self):
        """Return the service worker, with the list of files that it keeps.

        A new version of a file has a new address, so the worker is another one then.
        """
        links = request.env["ir.qweb"]._get_asset_links(BUNDLE)
        files = [
            SCOPE,
            f"{SCOPE}/staff",
            f"{SCOPE}/manifest.webmanifest",
            f"{ICONS}-192.png",
            *links,
        ]
        with file_open(WORKER_FILE) as file:
            body = f"const FILES = {json.dumps(files)};\n{file.read()}"
        headers = {
            "Content-Type": "text/javascript; charset=utf-8",
            "Service-Worker-Allowed": SCOPE,
            "Cache-Control": "no-cache",
            "X-Content-Type-Options": "nosniff",
        }
        return request.make_response(body, list(headers.items()))

    @route(f"{SCOPE}/manifest.webmanifest", **PUBLIC, methods=["GET"])
    def queue_kiosk_manifest(self):
        """Return what makes the page an app of the tablet."""
        manifest = {
            "name": request.env._("Clinic Check-in"),
            "short_name": request.env._("Check-in"),
            "id": SCOPE,
            "scope": SCOPE,
            "start_url": SCOPE,
            "display": "fullscreen",
            "orientation": "any",
            "background_color": "#f4f7f9",
            "theme_color": "#0b4f6c",
            "icons": [
                {
                    "src": f"{ICONS}-{size}.png",
                    "sizes": f"{size}x{size}",
                    "type": "image/png",
                    "purpose": "any maskable",
                }
                for size in (192, 512)
            ],
        }
        headers = [("Content-Type", "application/manifest+json")]
        return request.make_response(json.dumps(manifest), headers)


class QueueKioskDevice(Controller):
    """What the tablet asks for."""

    @route(f"{SCOPE}/pair", **{**POST, "save_session": True})
    def queue_kiosk_pair(self):
        """Hand the tablet its secret for a code; who is signed in is signed out."""
        limits = request.env["clinic.rate.limit"]
        try:
            limits._count("kiosk_pair", get_address())
            limits._count("kiosk_pair_all", "all")
            (code,) = read_texts(read_json(), "code")
        except TooManyRequests as error:
            return refuse_attempt(error)
        except BadItem:
            return send_json({"code": "bad_request"}, 400)
        device_sudo, secret = request.env["clinic.queue.device"]._pair(code)
        if not device_sudo:
            return send_json({"code": "wrong_code"}, 403)
        if request.session.uid:
            request.session.logout(keep_db=True)
        return send_json({"token": secret})

    @route(f"{SCOPE}/state", **POST)
    @for_device
    def queue_kiosk_state(self, device_sudo, payload):
        """Return settings, texts, our clock, and what could not be synced."""
        # 0: all that was taken until now is here
        device_sudo._note_seen(is_clear=payload.get("unsent") == 0)
        return send_json(
            {
                "now": device_sudo._get_milliseconds(),
                "problems": device_sudo._get_problems(),
                **device_sudo._get_kiosk_state(),
            }
        )

    @route(f"{SCOPE}/renew", **POST)
    @for_device
    def queue_kiosk_renew(self, device_sudo, _payload):
        """Hand the tablet a new secret; it is the one as soon as it is used."""
        return send_json({"token": device_sudo._renew_secret()})

    @route(f"{SCOPE}/sync", **POST)
    @for_device
    def queue_kiosk_sync(self, device_sudo, payload):
        """Do what the tablet sends; return one answer for each item."""
        sent_at, items, refused, left = read_batch(payload)
        answers = device_sudo._sync(sent_at, items, refused, left)
        answers += device_sudo._note_refused(refused)
        return send_json(
            {
                "now": device_sudo._get_milliseconds(),
                "results": answers,
                "problems": device_sudo._get_problems(),
            }
        )

    @route(f"{SCOPE}/retry", **POST)
    @for_device
    def queue_kiosk_retry(self, device_sudo, _payload):
        """Try again what could not be done."""
        device_sudo._retry_failed()
        return send_json({"problems": device_sudo._get_problems()})

    @route(f"{SCOPE}/times", **POST)
    @for_device
    def queue_kiosk_times(self, device_sudo, _payload):
        """Return what may be booked, with the next free times."""
        is_offered = device_sudo.kind == "kiosk" and device_sudo.takes_requests
        services = device_sudo._get_times() if is_offered else []
        return send_json({"services": services})

    @route(f"{SCOPE}/contact", **POST)
    @for_device
    def queue_kiosk_contact(self, device_sudo, payload):
        """Return whether a contact can be right, or in a sentence why not.

        Nothing is looked up: the answer depends on its form alone.
        """
        kind, contact = read_texts(payload, "kind", "contact")
        if kind not in CONTACT_KINDS:
            raise BadItem("kind")
        message = device_sudo._check_contact(kind, contact)
        return send_json({"message": message or False})

    @route(f"{SCOPE}/code", **POST)
    @for_device
    def queue_kiosk_code(self, device_sudo, payload):
        """Send a code to who is expected today; the answer is always the same."""
        name, birthdate = read_texts(payload, "name", "birthdate")
        if not device_sudo._finds_visits():
            return send_json({"code": "not_found"}, 404)
        limits = request.env["clinic.rate.limit"]
        limits._count("kiosk_code", device_sudo._get_identity())
        device_sudo._send_visit_code(name, birthdate, get_address())
        return send_json({"sent": True})

    @route(f"{SCOPE}/code/check", **POST)
    @for_device
    def queue_kiosk_code_check(self, device_sudo, payload):
        """Return the proof that checks a visit in, for the right code."""
        name, birthdate, code = read_texts(payload, "name", "birthdate", "code")
        if not device_sudo._finds_visits():
            return send_json({"code": "not_found"}, 404)
        proof = device_sudo._check_visit_code(name, birthdate, code, get_address())
        if not proof:
            return send_json({"code": "wrong_code"}, 403)
        return send_json({"appointment": proof})

    @route(f"{SCOPE}/list", **POST)
    @for_device
    def queue_kiosk_list(self, device_sudo, _payload):
        """Return who is here, by number; for tablets of staff alone."""
        if device_sudo.kind != "staff":
            return send_json({"code": "not_found"}, 404)
        return send_json(
            {
                "now": device_sudo._get_milliseconds(),
                "tickets": device_sudo._get_staff_list(),
            }
        )
