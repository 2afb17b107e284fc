# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Notifications on this device: switched on and off by the patient, where it is."""

import base64
import binascii

from odoo.http import Controller, request, route
from odoo.tools import file_open

from .portal_common import count_attempt, refuse_unknown

WORKER_FILE = "clinic_scheduling/static/worker/push_worker.js"

#: The pages that the worker may belong to
SCOPE = "/my/"

#: Longest address of a device, and the sizes (bytes) of its keys
MAX_ENDPOINT = 1000
KEY_SIZES = {"p256dh": 65, "auth": 16}


class ClinicPush(Controller):
    """What the page of preferences and its service worker ask for."""

    @route(
        "/my/clinic/push/worker.js",
        type="http",
        auth="public",
        methods=["GET"],
        save_session=False,
    )
    def portal_push_worker(self):
        """Return the service worker: it shows notifications and opens their pages."""
        with file_open(WORKER_FILE, "rb") as file:
            content = file.read()
        headers = {
            "Content-Type": "text/javascript; charset=utf-8",
            "Service-Worker-Allowed": SCOPE,
            "Cache-Control": "no-cache",
            "X-Content-Type-Options": "nosniff",
        }
        return request.make_response(content, list(headers.items()))

    @route("/my/clinic/push/state", type="http", auth="user", methods=["POST"])
    def portal_push_state(self, endpoint="", **posted):
        """Tell whether this device gets the caller's messages, and our public key."""
        refuse_unknown(posted, ())
        devices = request.env["mail.push.device"]
        key = devices.get_web_push_vapid_public_key()
        return self._answer(on=bool(self._find_own(endpoint)), key=key)

    @route("/my/clinic/push/on", type="http", auth="user", methods=["POST"])
    @count_attempt("change")
    def portal_push_on(self, endpoint="", p256dh="", auth="", key="", **posted):
        """Send the caller's messages to this device."""
        refuse_unknown(posted, ())
        devices = request.env["mail.push.device"]
        keys = {"p256dh": p256dh, "auth": auth}
        is_right = (
            len(endpoint) <= MAX_ENDPOINT
            and devices._is_push_service(endpoint)
            and all(_is_key(keys[name], size) for name, size in KEY_SIZES.items())
        )
        if not is_right:
            return self._answer(400, on=False)
        if key != devices.get_web_push_vapid_public_key():
            return self._answer(409, on=False)
        devices.register_devices(endpoint=endpoint, keys=keys, vapid_public_key=key)
        devices_sudo = devices.sudo().search([("endpoint", "=", endpoint)])
        devices_sudo.is_clinic_portal = True
        return self._answer(on=bool(self._find_own(endpoint)))

    @route("/my/clinic/push/off", type="http", auth="user", methods=["POST"])
    @count_attempt("change")
    def portal_push_off(self, endpoint="", **posted):
        """Send nothing more to this device."""
        refuse_unknown(posted, ())
        self._find_own(endpoint).unlink()
        return self._answer(on=False)

    def _find_own(self, endpoint):
        """Return, as superuser, the caller's device with that address, or none."""
        devices_sudo = request.env["mail.push.device"].sudo()
        if not endpoint:
            return devices_sudo
        partner = request.env.user.partner_id
        return devices_sudo.search(
            [("endpoint", "=", endpoint), ("partner_id", "=", partner.id)]
        )

    def _answer(self, status=200, **values):
        headers = {"Cache-Control": "no-store"}
        return request.make_json_response(values, headers=headers, status=status)


def _is_key(text, size):
    """Whether a text is a key of a browser, of that many bytes."""
    if len(text) > 2 * size:
        return False
    try:
        return len(base64.urlsafe_b64decode(f"{text}==")) == size
    except (binascii.Error, ValueError):
        return False
