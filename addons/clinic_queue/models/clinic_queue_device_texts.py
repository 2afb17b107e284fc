# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The kiosk's own words. It keeps them all, so it speaks without the network too."""

from odoo import api, models


class ClinicQueueDevice(models.Model):
    _inherit = "clinic.queue.device"

    @api.model
    def _get_all_texts(self):
        """Return {language: {key: text}} of the installed languages, ours first."""
        own = self.env.lang or "en_US"
        languages = self.env["res.lang"].sudo().search([])
        ordered = languages.sorted(lambda lang: lang.code != own)
        return {
            lang.code: self.with_context(lang=lang.code)._get_texts()
            for lang in ordered
        }

    @api.model
    def _get_texts(self):
        """Return {key: text} in the language of the context."""
        return {
            **self._get_frame_texts(),
            **self._get_walk_in_texts(),
            **self._get_check_in_texts(),
            **self._get_ticket_texts(),
            **self._get_request_texts(),
            **self._get_problem_texts(),
            **self._get_staff_texts(),
        }

    def _get_frame_texts(self):
        _ = self.env._
        return {
            "back": _("Back"),
            "next": _("Continue"),
            "home": _("Start again"),
            "language": _("Language"),
            "welcome": _("Welcome"),
            "choose": _("What would you like to do?"),
            "have_visit": _("I have an appointment"),
            "have_visit_help": _("Check in"),
            "no_visit": _("I have no appointment"),
            "no_visit_help": _("Take a number"),
            "want_visit": _("I would like an appointment"),
            "want_visit_help": _("Book one for later"),
            "offline": _("No network. You can go on: everything is kept here."),
            "busy": _("One moment…"),
            "still_there": _("Are you still there?"),
            "still_there_help": _("We start again in {seconds} s."),
            "yes_here": _("Yes, I am here"),
            "pair": _("Pair this tablet"),
            "pair_help": _("Type the code that a manager sees under Queue > Tablets."),
            "code": _("Code"),
            "pair_wrong": _("This code is not right, or too old. Ask for a new one."),
            "too_often": _("That was a little too often. Please wait a moment."),
            "no_network": _("There is no network. Please try again."),
            "failed": _("That did not work. Please ask at the reception."),
            "unpaired": _("This tablet is not paired any more."),
        }

    def _get_walk_in_texts(self):
        _ = self.env._
        return {
            "which_queue": _("Where would you like to go?"),
            "which_reason": _("What brings you here?"),
            "red_flags": _("Does any of this apply to you now?"),
            "red_flags_help": _("If so, our staff look after you at once."),
            "yes": _("Yes"),
            "no": _("No"),
            "none_of_these": _("None of these"),
            "mobile": _("Shall we send you a link?"),
            "mobile_help": _(
                "You then see your place on your own phone. We do not keep the number."
            ),
            "mobile_number": _("Mobile number"),
            "without_mobile": _("No, thank you"),
        }

    def _get_check_in_texts(self):
        _ = self.env._
        return {
            "how_to_find": _("How do we find your appointment?"),
            "by_number": _("By its number or link"),
            "by_number_help": _("It is in your confirmation"),
            "by_scan": _("By its QR code"),
            "by_scan_help": _("Hold it in front of the camera"),
            "by_person": _("By name and date of birth"),
            "by_person_help": _("We send you a code"),
            "visit_number": _("Number of the appointment, or its link"),
            "check_in": _("Check in"),
            "scan": _("Hold the QR code in front of the camera"),
            "no_camera": _("The camera cannot be used. Please type the number."),
            "name": _("First and last name"),
            "birthdate": _("Date of birth"),
            "send_code": _("Send me a code"),
            "code_sent": _("Enter the code"),
            "code_sent_help": _(
                "If you have an appointment today, a code is on its way to the "
                "telephone or e-mail address that we know of you."
            ),
            "code_wrong": _(
                "This code is not right. Please try again, or ask at the reception."
            ),
        }

    def _get_ticket_texts(self):
        _ = self.env._
        return {
            "your_number": _("Your number"),
            "keep_number": _("Please keep this number in mind: we call it."),
            "kept": _("It is kept on this tablet until the network is back."),
            "place": _("Place in line: {place}"),
            "wait": _("Expected wait: {low} to {high} min"),
            "wait_one": _("Expected wait: about {low} min"),
            "called_now": _("You have been called already."),
            "scan_ticket": _("Scan this to see your place on your phone."),
            "print": _("Print"),
            "finish": _("Done"),
            "staff_come": _("Please tell our staff at the desk now."),
            "staff_come_help": _("They know that you are here and look at you first."),
            "other_number": _("The list shows you as {number}."),
        }

    def _get_request_texts(self):
        _ = self.env._
        return {
            "which_service": _("What would you like to book?"),
            "which_day": _("Which day?"),
            "which_time": _("Which time?"),
            "no_times": _("Nothing can be booked here at the moment."),
            "about_you": _("About you"),
            "contact": _("Mobile number or e-mail address"),
            "book": _("Book"),
            "booked": _("Your appointment is booked"),
            "booked_help": _("Number {number}, with {doctor}"),
            "noted": _("Your wish is kept"),
            "noted_help": _(
                "There is no network now. We book {time} for you as soon as it is "
                "back, and call you if the time is gone then."
            ),
            "gone": _("This time is gone"),
            "gone_help": _("These are free:"),
            "gone_none": _("We call you to find another one."),
        }

    def _get_problem_texts(self):
        _ = self.env._
        return {
            "unsent": _("Not sent yet: {count}"),
            "problems": _("To settle: {count}"),
            "all_sent": _("Everything is sent"),
            "sync": _("Sync"),
            "sync_now": _("Send now"),
            "try_again": _("Try again"),
            "kind_walk_in": _("Number"),
            "kind_check_in": _("Check-in"),
            "kind_request": _("Booking"),
            "state_pending": _("Waits for the network"),
            "state_failed": _("Could not be done: staff look into it"),
            "state_refused": _("Was not accepted"),
            "state_foreign": _("From another pairing: tell the staff"),
            "resolution_joined": _("Was there already as {ticket}"),
            "resolution_renumbered": _("The number was taken: it is {ticket} now"),
            "resolution_walk_in": _("No appointment found: waits as a walk-in"),
            "resolution_alternatives": _("The time is gone: staff offer others"),
        }

    def _get_staff_texts(self):
        _ = self.env._
        return {
            "staff_list": _("Waiting room"),
            "as_of": _("As of {time}"),
            "as_of_offline": _("No network. As of {time}"),
            "nobody": _("Nobody is waiting."),
            "number": _("Number"),
            "state": _("State"),
            "since": _("Since"),
            "desk": _("Desk"),
            "level": _("Level"),
            "triage_now": _("Triage now"),
            "not_staff": _("This tablet is a kiosk: it shows no list."),
            "ticket_waiting": _("Waiting"),
            "ticket_called": _("Called"),
            "ticket_in_consultation": _("In consultation"),
            "ticket_parked": _("Parked"),
        }
