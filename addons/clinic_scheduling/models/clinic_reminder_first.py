# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The rules that a practice starts with. They are its own from then on."""

from odoo import api, models
from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)

#: (name, event, timing, offset, unit, channel, fallback, with SMS text)
FIRST_RULES = (
    (_lt("Confirmation"), "booked", "now", 0, "hours", "email", "sms", True),
    (_lt("Moved"), "moved", "now", 0, "hours", "email", "sms", True),
    (_lt("Cancelled"), "cancelled", "now", 0, "hours", "email", "sms", True),
    (_lt("The day before"), "reminder", "before", 24, "hours", "email", "sms", True),
    (_lt("Two hours before"), "reminder", "before", 2, "hours", "sms", False, True),
    # no SMS text: who prefers SMS got one an hour earlier
    (_lt("One hour before"), "reminder", "before", 1, "hours", "email", False, False),
    (_lt("How was it?"), "feedback", "after", 2, "hours", "email", False, True),
    (
        _lt("Offer by e-mail"),
        "waitlist_offer",
        "now",
        0,
        "hours",
        "email",
        False,
        False,
    ),
    (_lt("Offer by SMS"), "waitlist_offer", "now", 0, "hours", "sms", False, True),
    (
        _lt("Offer taken back"),
        "offer_withdrawn",
        "now",
        0,
        "hours",
        "email",
        "sms",
        True,
    ),
    (_lt("Running late"), "running_late", "now", 0, "hours", "sms", "email", True),
    (_lt("The doctor is away"), "away_offer", "now", 0, "hours", "email", "sms", True),
    # a practice switches it on: not every visit wants a word afterwards
    (_lt("Days after"), "follow_up", "after", 3, "days", "email", False, True),
)

#: Events of which the first rule waits to be switched on.
ASLEEP = frozenset({"follow_up"})


class ClinicReminderRule(models.Model):
    """First rules."""

    _inherit = "clinic.reminder.rule"

    @api.model
    def _prepare_first_rules(self):
        """Return the values of the rules that a practice starts with."""
        texts = self._get_first_sms_texts()
        vals_list = []
        for number, first in enumerate(FIRST_RULES):
            name, event, timing, offset, unit, channel, fallback, with_sms = first
            template = self.env.ref(
                f"clinic_scheduling.mail_template_message_{event}",
                raise_if_not_found=False,
            )
            vals_list.append(
                {
                    "name": str(name),
                    "sequence": 10 * (number + 1),
                    "event": event,
                    "active": event not in ASLEEP,
                    "timing": timing,
                    "offset": offset,
                    "unit": unit,
                    "channel": channel,
                    "fallback_channel": fallback,
                    "mail_template_id": template.id if template else False,
                    "sms_body": texts[event] if with_sms else False,
                }
            )
        return vals_list

    @api.model
    def _get_first_sms_texts(self):
        """Return {event: SMS text}: short, and nothing clinical."""
        names = {"lines": "{{ appointments }}", "practice": "{{ practice }}"}
        texts = {**self._get_visit_texts(names), **self._get_offer_texts(names)}
        return {
            event: text if event == "offer_withdrawn" else f"{text} {{{{ link }}}}"
            for event, text in texts.items()
        }

    @api.model
    def _get_visit_texts(self, names):
        return {
            "booked": self.env._(
                "Your appointment at %(practice)s is booked: %(lines)s.", **names
            ),
            "moved": self.env._(
                "Your appointment at %(practice)s has moved to %(lines)s.", **names
            ),
            "cancelled": self.env._(
                "Your appointment at %(practice)s is cancelled: %(lines)s.", **names
            ),
            "reminder": self.env._(
                "Reminder of your appointment at %(practice)s: %(lines)s.", **names
            ),
            "follow_up": self.env._(
                "%(practice)s: thank you for coming. If you have a question about your "
                "appointment, please contact us.",
                **names,
            ),
            "feedback": self.env._("%(practice)s: how was your visit?", **names),
            "running_late": "{{ practice }}: {{ delay }}",
        }

    @api.model
    def _get_offer_texts(self, names):
        return {
            "waitlist_offer": self.env._(
                "%(practice)s: a time is free, held for you until %(until)s: "
                "%(lines)s.",
                **names,
                until="{{ until ||| ... }}",
            ),
            "offer_withdrawn": self.env._(
                "%(practice)s: we are sorry, the offered time is not free any more: "
                "%(lines)s. You stay on the waitlist.",
                **names,
            ),
            "away_offer": self.env._(
                "%(practice)s: the doctor is away, %(lines)s cannot take place. "
                "%(offer)s",
                **names,
                offer="{{ other time }}",
            ),
        }
