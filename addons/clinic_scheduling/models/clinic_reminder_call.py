# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Calls: a task for staff that says what to say, and what to note."""

import re

from markupsafe import Markup

from odoo import models

CALL = "mail.mail_activity_data_call"

NOTE = Markup(
    "<p>{who}</p><p><strong>{say}</strong><br/>{words}</p>"
    "<p><strong>{then}</strong><br/>{steps}</p>"
)


class ClinicReminder(models.Model):
    """Messages that somebody says."""

    _inherit = "clinic.reminder"

    def _send_call(self):
        """Plan a call by whoever made the change, or by the site's reception."""
        visit = self.appointment_id
        # a fallback is made by the server
        user = self._get_first().create_uid
        if user.share or not user.active or user._is_superuser():
            receptions = self.env["clinic.impact.check"]._get_receptions(visit.site_id)
            user = receptions[visit.site_id]
        task = self.with_context(lang=user.lang)
        summary, note = task._get_call_summary(), task._get_call_note()
        visit.activity_schedule(CALL, summary=summary, note=note, user_id=user.id)
        self.write({"subject": summary, "body": note})

    def _get_call_note(self):
        """Return who is called, what to say and what to note, in the caller's language.

        What to say is in the patient's language.
        """
        partner = self.partner_id
        code = self._get_lang()
        # sudo: the name of a language
        language = self.env["res.lang"].sudo()._lang_get(code).name if code else ""
        who = self.env._(
            "%(name)s, telephone %(phone)s",
            name=partner.name,
            phone=partner.phone or self.env._("unknown"),
        )
        say = self.env._("Say")
        if language and code != self.env.lang:
            # "English (US)", "French / Français": one speaks English, or French
            spoken = re.split(r" [(/]", language)[0]
            say = self.env._("Say in %(language)s", language=spoken)
        return NOTE.format(
            who=who,
            say=say,
            words=self.with_context(lang=code)._get_call_words(),
            then=self.env._("Then"),
            steps=self._get_call_steps(),
        )

    def _get_call_words(self):
        """Return what to say, in the language of the context."""
        visit = self.appointment_id
        about = {
            "practice": visit.company_id.name,
            "visits": visit._get_message_lines(),
            "until": visit._get_offer_until() or "…",
            "late": visit._get_late_words() if self.event == "running_late" else "",
            "offer": visit._get_away_words() if self.event == "away_offer" else "",
        }
        greeting = self.env._("Hello, this is %(practice)s.", **about)
        return f"{greeting} {self._get_call_sentence(about)}"

    def _get_call_sentence(self, about):
        sentences = {
            **self._get_call_sentences(about),
            **self._get_call_sentences_of_offers(about),
        }
        return sentences[self.event]

    def _get_call_sentences(self, about):
        return {
            "booked": self.env._("Your appointment is booked: %(visits)s.", **about),
            "moved": self.env._(
                "Your appointment has moved. It now takes place: %(visits)s. Does that "
                "suit you?",
                **about,
            ),
            "cancelled": self.env._(
                "We are sorry: your appointment is cancelled: %(visits)s. Would you "
                "like another time?",
                **about,
            ),
            "reminder": self.env._(
                "May we remind you of your appointment: %(visits)s. Will you come?",
                **about,
            ),
            "follow_up": self.env._(
                "You were with us: %(visits)s. Do you have a question about it?",
                **about,
            ),
            "feedback": self.env._(
                "You were with us: %(visits)s. How was it?", **about
            ),
        }

    def _get_call_sentences_of_offers(self, about):
        return {
            "waitlist_offer": self.env._(
                "A time that you are waiting for is free: %(visits)s. We hold it for "
                "you until %(until)s. Would you like it?",
                **about,
            ),
            "offer_withdrawn": self.env._(
                "We are sorry: the time that we offered you is not free any more: "
                "%(visits)s. You stay on the waitlist.",
                **about,
            ),
            "running_late": about["late"],
            "away_offer": self.env._(
                "We are sorry: the doctor is away, and this appointment cannot take "
                "place: %(visits)s. %(offer)s",
                **about,
            ),
        }

    def _get_call_steps(self):
        """Return what to do with the answer, in the caller's language."""
        done = self.env._(
            "Mark this task as done, and note whom you spoke to and the answer."
        )
        choose = self.env._(
            "If the time does not suit, move or cancel the appointment while the "
            "patient is on the telephone."
        )
        steps = {
            "booked": choose,
            "moved": choose,
            "reminder": choose,
            "cancelled": self.env._(
                "If the patient wants another time, find and book it."
            ),
            "follow_up": self.env._("Pass questions on to the doctor."),
            "feedback": self.env._("Note what the patient says in their own words."),
            "waitlist_offer": self.env._(
                "Note the answer on the offer: Accept or Decline. Without an answer "
                "the time goes to the next patient."
            ),
            "running_late": self.env._(
                "If the patient cannot wait, move or cancel the appointment."
            ),
            "away_offer": self.env._(
                "Note the answer in the list of visits of the doctor who is away."
            ),
        }
        return " ".join(filter(None, (steps.get(self.event), done)))

    def _get_call_summary(self):
        sentences = {
            "booked": self.env._("Call the patient: the appointment is booked"),
            "moved": self.env._("Call the patient: the appointment has moved"),
            "cancelled": self.env._("Call the patient: the appointment is cancelled"),
            "reminder": self.env._("Call the patient: remind of the appointment"),
            "follow_up": self.env._("Call the patient: ask how it goes on"),
            "feedback": self.env._("Call the patient: ask how the visit was"),
            "waitlist_offer": self.env._("Call the patient: a time is free"),
            "offer_withdrawn": self.env._(
                "Call the patient: the offered time is not free"
            ),
            "running_late": self.env._("Call the patient: the doctor is late"),
            "away_offer": self.env._("Call the patient: another time is needed"),
        }
        return sentences[self.event]
