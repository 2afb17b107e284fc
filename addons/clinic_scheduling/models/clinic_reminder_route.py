# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""By which channel a message goes, and by which others when that fails.

A row keeps the channel that its rule plans (``planned_channel``), by which it is known,
next to the one that it goes by (``channel``): a patient may wish another. What goes
instead of a failed message has a row of its own, without a planned channel.
"""

from odoo import fields, models

from odoo.addons.clinic_engine import reminders


class ClinicReminder(models.Model):
    """The way of a message to its reader."""

    _inherit = "clinic.reminder"

    def _choose_route(self):
        """Set recipient, address and channel; return whether it is sent at all."""
        partner, channel, why = self._get_route()
        if channel is None:
            sentence = self._get_route_sentence(why)
            if why == "wish" or not self._fall_back(sentence):
                self._note_end("skipped", sentence)
            return False
        self.write(
            {
                "partner_id": partner.id,
                "channel": channel,
                "address": self._get_address(partner, channel),
            }
        )
        return True

    def _get_route(self, channel=None, tried=None):
        """Return (contact, channel, why not) of who reads this message, and by what.

        :param str channel: wanted; None: the planned one
        :param set tried: channels that are not taken again; None: those by which this
            message has failed already
        """
        visit = self._get_subject()
        partner, wish = visit._get_message_reader()
        texts = self.rule_id._get_text_channels()
        tried = self._get_tried_channels() if tried is None else tried
        reachable = visit._get_message_channels(partner) - tried
        channel, why = reminders.route(
            self.event,
            channel or self.planned_channel or self.channel,
            wish,
            reachable,
            texts,
            self._is_call_due(),
        )
        return partner, channel, why

    def _get_tried_channels(self):
        """Return the channels of the messages that this one goes instead of."""
        tried = set()
        row = self.fallback_of_id
        while row:
            tried.add(row.channel)
            row = row.fallback_of_id
        return tried

    def _get_first(self):
        """Return the message that was planned, of which this one is a fallback."""
        first = self
        while first.fallback_of_id:
            first = first.fallback_of_id
        return first

    def _get_likely_channel(self):
        """Return the channel by which this message is going to be told, or None."""
        for wanted in self._get_chain():
            _partner, channel, _why = self._get_route(wanted)
            if channel:
                return channel
        return None

    def _get_route_sentence(self, why):
        return {
            "wish": self.env._("The patient does not want such messages."),
            "address": self.env._("No address is known for this channel."),
        }[why]

    def _get_address(self, partner, channel):
        if channel == "email":
            return partner.email_normalized or partner.email
        return partner.phone_sanitized or partner.phone

    # ------------------------------------------------------------------
    # When it fails
    # ------------------------------------------------------------------

    def _fall_back(self, error):
        """Give up this message; send it by the next channel that is left, if any.

        What the practice has changed is said by telephone in the end.

        :return: the message that goes instead
        """
        self.write({"state": "failed", "error": (error or "")[:500]})
        channel = self._get_next_channel()
        if not channel:
            return self.browse()
        now = fields.Datetime.now()
        return self._plan_rows(
            [
                {
                    **{name: self[name].id for name in self._get_subject_fields()},
                    "rule_id": self.rule_id.id,
                    "company_id": self.company_id.id,
                    "mail_template_id": self.mail_template_id.id,
                    "event": self.event,
                    "channel": channel,
                    "occurrence": self.occurrence,
                    "planned_at": now,
                    "due_at": now,
                    "fallback_of_id": self.id,
                }
            ]
        )

    def _get_next_channel(self):
        """Return the next channel to try, each once; None when all were tried."""
        if self.search_count([("fallback_of_id", "in", self.ids)], limit=1):
            return None
        tried = self._get_tried_channels() | {self.channel}
        for wanted in self._get_chain():
            _partner, channel, _why = self._get_route(wanted, tried)
            if channel and channel not in tried:
                return channel
        return None

    def _get_chain(self):
        """Return the channels to go by, in their order.

        The planned one first: it is still left when the patient wished another.
        """
        first = self._get_first()
        chain = [first.planned_channel or first.channel]
        if self.rule_id.fallback_channel:
            chain.append(self.rule_id.fallback_channel)
        if self._is_call_due():
            chain.append("call")
        return list(dict.fromkeys(chain))

    def _is_call_due(self):
        """Whether staff call who cannot be told otherwise: they made the change."""
        return self.event in reminders.CALLED and not self._get_first().create_uid.share
