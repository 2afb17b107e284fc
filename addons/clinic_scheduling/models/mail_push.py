# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Notifications on patients' devices: whose they are, and how they are sent.

A row of ``mail.push`` per message and device is written with the message's own
transaction; the scheduled action of Odoo sends them. Ours differ from those for staff:
they wait at the push service until the visit instead of a minute, what became of them
is noted, and only known push services are called: the address of a device comes from
the browser of whoever has an account.
"""

import json
import logging
from urllib.parse import urlsplit

import requests

from odoo import api, fields, models

from odoo.addons.mail.tools.web_push import DeviceUnreachableError, push_to_end_point

_logger = logging.getLogger(__name__)

#: The push services of browsers; a name that starts with a dot stands for all below.
PUSH_SERVICES = (
    "fcm.googleapis.com",
    "updates.push.services.mozilla.com",
    ".push.apple.com",
    ".notify.windows.com",
)

#: More of them, separated by commas
PARAM_SERVICES = "clinic_scheduling.push_services"
#: The address of a stand-in on this very machine, for tests
PARAM_STAND_IN = "clinic_scheduling.push_stand_in"

CRON = "mail.ir_cron_web_push_notification"

#: How long a push service keeps a message for a device that is off (seconds)
SHORTEST, LONGEST = 5 * 60, 2 * 24 * 3600

LOOPBACK = ("127.0.0.1", "localhost")


class PushSession:
    """What a push is posted with: it says how long to keep it, and hears the answer."""

    def __init__(self, session, seconds):
        self.session, self.seconds = session, seconds
        self.status = None

    def post(self, url, headers, **kwargs):
        """Send; where the service leads to is not followed."""
        headers = {**headers, "TTL": str(self.seconds), "Urgency": "high"}
        answer = self.session.post(
            url, headers=headers, allow_redirects=False, **kwargs
        )
        self.status = answer.status_code
        return answer


class MailPushDevice(models.Model):
    """Devices of patients, which get what is meant for patients and nothing else."""

    _inherit = "mail.push.device"

    is_clinic_portal = fields.Boolean(
        string="Of a Patient", help="Registered on a patient's own page."
    )

    @api.model
    def _is_push_service(self, endpoint):
        """Whether an address belongs to a push service that we know."""
        get_param = self.env["ir.config_parameter"].sudo().get_param
        try:
            parts = urlsplit(endpoint)
            port = parts.port
        except ValueError:
            return False
        stand_in = get_param(PARAM_STAND_IN)
        if stand_in and urlsplit(stand_in).hostname in LOOPBACK:
            if endpoint.startswith(f"{stand_in.rstrip('/')}/"):
                return True
        if parts.scheme != "https" or port not in (None, 443) or "@" in parts.netloc:
            return False
        host = (parts.hostname or "").rstrip(".")
        more = (get_param(PARAM_SERVICES) or "").replace(" ", "").split(",")
        names = (*PUSH_SERVICES, *filter(None, more))
        return any(
            host.endswith(name) if name.startswith(".") else host == name
            for name in names
        )

    @api.model
    def _get_patient_devices(self, partner):
        """Return, as superuser, the devices on which this contact gets messages.

        An account that was closed gets none.
        """
        if not partner.sudo().user_ids:
            return self.sudo().browse()
        devices_sudo = self.sudo().search(
            [("partner_id", "=", partner.id), ("is_clinic_portal", "=", True)]
        )
        return devices_sudo.filtered(
            lambda device: self._is_push_service(device.endpoint)
        )


class MailThread(models.AbstractModel):
    """What staff write to each other, or to patients, shows on no patient's screen."""

    _inherit = "mail.thread"

    def _web_push_get_partners_parameters(self, partner_ids):
        """Override: leave patients' devices to the messages about their visits."""
        devices, *keys = super()._web_push_get_partners_parameters(partner_ids)
        return (devices.filtered(lambda device: not device.is_clinic_portal), *keys)


class MailPush(models.Model):
    """Notifications to patients in Odoo's queue."""

    _inherit = "mail.push"

    clinic_reminder_id = fields.Many2one(
        "clinic.reminder", ondelete="cascade", index="btree_not_null"
    )

    @api.model
    def _push_notification_to_endpoint(self, batch_size=50):
        """Override: send those to patients first, one message at a time."""
        commit = self.env["ir.cron"]._commit_progress
        while rows := self._get_next_to_patient():
            rows._send_to_patient()
            rows.unlink()
            if not commit(len(rows)):
                self.env.ref(CRON)._trigger()
                return None
        return super()._push_notification_to_endpoint(batch_size)

    @api.model
    def _get_next_to_patient(self):
        """Return, as superuser, the rows of the message that waits longest."""
        rows_sudo = self.sudo()
        first = rows_sudo.search(
            [("clinic_reminder_id", "!=", False)], limit=1, order="id"
        )
        return first and rows_sudo.search(
            [("clinic_reminder_id", "=", first.clinic_reminder_id.id)], order="id"
        )

    def _send_to_patient(self):
        """Send one message to all devices of its reader, and note how it ended."""
        reminder = self.clinic_reminder_id
        errors, gone = [], self.mail_push_device_id.browse()
        with requests.Session() as session:
            for push in self:
                device = push.mail_push_device_id
                try:
                    status = push._post_to_device(session)
                except DeviceUnreachableError:
                    gone |= device
                    errors.append(self.env._("The device is not there any more."))
                    continue
                if status not in (200, 201, 202):
                    errors.append(status and f"HTTP {status}" or "")
        is_sent = len(errors) < len(self)
        gone.sudo().unlink()
        if is_sent:
            reminder._note_delivery("sent")
            return
        error = next(filter(None, errors), "") or self.env._("No answer.")
        reminder._note_delivery("failed", error)

    def _post_to_device(self, session):
        """Return the HTTP status of the push service, or None without an answer.

        :raise DeviceUnreachableError: the browser has given its address up
        """
        device = self.mail_push_device_id
        get_param = self.env["ir.config_parameter"].sudo().get_param
        if not device._is_push_service(device.endpoint):
            raise DeviceUnreachableError()
        session = PushSession(session, self._get_seconds_kept())
        try:
            push_to_end_point(
                base_url=self.get_base_url(),
                device={
                    "id": device.id,
                    "endpoint": device.endpoint,
                    "keys": device.keys,
                },
                payload=self.payload,
                vapid_private_key=get_param("mail.web_push_vapid_private_key"),
                vapid_public_key=get_param("mail.web_push_vapid_public_key"),
                session=session,
            )
        except DeviceUnreachableError:
            raise
        except Exception as error:  # keys of a browser may be anything
            _logger.warning("Push %s: %s", self.id, type(error).__name__)
        return session.status

    def _get_seconds_kept(self):
        """Return how long a push service keeps this for a device that is off."""
        ahead = self.clinic_reminder_id.start - fields.Datetime.now()
        return int(min(max(ahead.total_seconds(), SHORTEST), LONGEST))

    @api.model
    def _queue_for_patient(self, reminder, partner, payload):
        """Queue a message for all devices of a contact; return how many those are.

        :param dict payload: title and options of the notification
        """
        devices = self.env["mail.push.device"]._get_patient_devices(partner)
        if devices:
            text = json.dumps(
                self.env["mail.thread"]._web_push_truncate_payload(payload)
            )
            self.sudo().create(
                [
                    {
                        "mail_push_device_id": device.id,
                        "payload": text,
                        "clinic_reminder_id": reminder.id,
                    }
                    for device in devices
                ]
            )
            self.env.ref(CRON)._trigger()
        return len(devices)
