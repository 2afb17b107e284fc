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
            **self._get_proof_texts(),
            **self._get_ticket_texts(),
            **self._get_request_texts(),
            **self._get_problem_texts(),
            **self._get_staff_texts(),
        }

    def _get_frame_texts(self):
        return {
            "back": self.env._("Back"),
            "next": self.env._("Continue"),
            "home": self.env._("Start again"),
            "language": self.env._("Language"),
            "choose": self.env._("What would you like to do?"),
            "have_visit": self.env._("I have an appointment"),
            "have_visit_help": self.env._("Check in"),
            "no_visit": self.env._("I have no appointment"),
            "no_visit_help": self.env._("Take a number"),
            "want_visit": self.env._("I would like an appointment"),
            "want_visit_help": self.env._("Book one for later"),
            "offline": self.env._(
                "No network. You can go on: everything is kept here."
            ),
            "busy": self.env._("One moment…"),
            "still_there": self.env._("Are you still there?"),
            "still_there_help": self.env._("We start again in {seconds} s."),
            "yes_here": self.env._("Yes, I am here"),
            "pair": self.env._("Pair this tablet"),
            "pair_help": self.env._(
                "Type the code that a manager sees under Queue > Configuration > "
                "Tablets."
            ),
            "code": self.env._("Code"),
            "pair_wrong": self.env._(
                "This code is not right, or too old. Ask for a new one."
            ),
            "too_often": self.env._(
                "That was a little too often. Please wait a moment."
            ),
            "no_network": self.env._("There is no network. Please try again."),
            "failed": self.env._("That did not work. Please ask at the reception."),
            "unpaired": self.env._("This tablet is not paired any more."),
        }

    def _get_walk_in_texts(self):
        return {
            "which_queue": self.env._("Where would you like to go?"),
            "which_reason": self.env._("What brings you here?"),
            "red_flags": self.env._("Does any of this apply to you now?"),
            "red_flags_help": self.env._(
                "Please answer each line. If one applies, our staff look after you at "
                "once."
            ),
            "red_flags_open": self.env._("Please answer each line with Yes or No."),
            "yes": self.env._("Yes"),
            "no": self.env._("No"),
            "mobile": self.env._("Shall we send you a link?"),
            "mobile_help": self.env._(
                "You then see your place on your own phone. We do not keep the number."
            ),
            "mobile_number": self.env._("Mobile number"),
            "mobile_example": self.env._("For example {example}"),
            "mobile_wrong": self.env._(
                "This is no mobile number. Please check it, digit by digit."
            ),
            "without_mobile": self.env._("No, thank you"),
        }

    def _get_check_in_texts(self):
        return {
            "how_to_find": self.env._("How do we find your appointment?"),
            "by_number": self.env._("By its number or link"),
            "by_number_help": self.env._("It is in your confirmation"),
            "by_scan": self.env._("By its QR code"),
            "by_scan_help": self.env._("Hold it in front of the camera"),
            "by_person": self.env._("By name and date of birth"),
            "by_person_help": self.env._("We send you a code"),
            "visit_number": self.env._("Number of the appointment, or its link"),
            "visit_number_help": self.env._(
                "It looks like {example}. Please type all of it."
            ),
            "not_found_help": self.env._(
                "Check it digit by digit, go back to try another way, or ask at the "
                "reception."
            ),
            "check_in": self.env._("Check in"),
            "scan": self.env._("Hold the QR code in front of the camera"),
            "no_scan": self.env._(
                "This tablet cannot read QR codes. Please type the number."
            ),
            "no_camera": self.env._(
                "The camera cannot be used. Please type the number."
            ),
            "name": self.env._("First and last name"),
            "birthdate": self.env._("Date of birth"),
            "send_code": self.env._("Send me a code"),
            "code_sent": self.env._("Enter the code"),
            "code_sent_help": self.env._(
                "If you have an appointment today, a code is on its way to the "
                "telephone or e-mail address that we know of you."
            ),
            "code_wrong": self.env._(
                "This code is not right. Please try again, or ask at the reception."
            ),
        }

    def _get_proof_texts(self):
        return {
            "visit_born": self.env._("Date of birth, if you like"),
            "visit_born_help": self.env._(
                "With it you also get a QR code, to see your place on your phone."
            ),
        }

    def _get_ticket_texts(self):
        return {
            "your_number": self.env._("Your number"),
            "keep_number": self.env._("Please keep this number in mind: we call it."),
            "kept": self.env._("It is kept on this tablet until the network is back."),
            "place": self.env._("Place in line: {place}"),
            "called_now": self.env._("You have been called already."),
            "scan_ticket": self.env._("Scan this to see your place on your phone."),
            "scan_later": self.env._(
                "Scan this to see your place on your phone, as soon as the network is "
                "back."
            ),
            "own_link": self.env._(
                "To see your place on your phone, open the link of your confirmation."
            ),
            "visit": self.env._("Appointment {number}"),
            "visit_at": self.env._("Your appointment: {time}"),
            "visit_with": self.env._("Your appointment: {time}, with {doctor}"),
            "taken_at": self.env._("Taken on {time}"),
            "link_sms": self.env._("A link is on its way to your phone, by SMS."),
            "link_email": self.env._("A link is on its way to you, by e-mail."),
            "link_refused": self.env._(
                "No link could be sent to you: scan the code, or watch the board."
            ),
            "link_later": self.env._(
                "The link is sent to your phone as soon as the network is back."
            ),
            "print": self.env._("Print"),
            "finish": self.env._("Done"),
            "staff_come": self.env._("Please tell our staff at the desk now."),
            "staff_come_help": self.env._(
                "They know that you are here and look at you first."
            ),
            "staff_come_offline": self.env._(
                "There is no network: they do not know of you yet. Go to the desk, or "
                "ask somebody to go for you. Do not wait to be called."
            ),
        }

    def _get_request_texts(self):
        return {
            "which_service": self.env._("What would you like to book?"),
            "which_day": self.env._("Which day?"),
            "which_time": self.env._("Which time?"),
            "no_times": self.env._("Nothing can be booked here at the moment."),
            "about_you": self.env._("About you"),
            "contact": self.env._("Mobile number or e-mail address"),
            "contact_help": self.env._("We confirm your appointment there."),
            "contact_wrong": self.env._(
                "Please enter an e-mail address, or a telephone number with its area "
                "code."
            ),
            "name_wrong": self.env._("Please enter the name."),
            "birthdate_wrong": self.env._("A date of birth lies in the past."),
            "book": self.env._("Book"),
            "booked": self.env._("Your appointment is booked"),
            "booked_help": self.env._("Number {number}, with {doctor}"),
            "noted": self.env._("Your wish is kept"),
            "noted_help": self.env._(
                "There is no network now. We book {time} for you as soon as it is "
                "back, and call you if the time is gone then."
            ),
            "gone": self.env._("This time is gone"),
            "gone_help": self.env._("These are free:"),
            "gone_none": self.env._("We call you to find another one."),
        }

    def _get_problem_texts(self):
        return {
            "unsent": self.env._("Not sent yet: {count}"),
            "problems": self.env._("To settle: {count}"),
            "all_sent": self.env._("Everything is sent"),
            "sync": self.env._("What is not sent yet"),
            "sync_help": self.env._(
                "It is sent by itself when the network is back. Nobody loses the place "
                "in line."
            ),
            "pin": self.env._("Code of staff"),
            "pin_show": self.env._("Show the list"),
            "pin_wrong": self.env._("This is not the code. Please ask the staff."),
            "sync_now": self.env._("Send now"),
            "try_again": self.env._("Try again"),
            "kind_walk_in": self.env._("Number"),
            "kind_check_in": self.env._("Check-in"),
            "kind_request": self.env._("Booking"),
            "state_pending": self.env._("Waits for the network"),
            "state_failed": self.env._("Could not be done: staff look into it"),
            "state_refused": self.env._("Was not accepted"),
            "state_foreign": self.env._("From another pairing: tell the staff"),
            "resolution_joined": self.env._("Was there already as {ticket}"),
            "resolution_renumbered": self.env._(
                "The number was taken: it is {ticket} now"
            ),
            "resolution_walk_in": self.env._(
                "No appointment found: waits as a walk-in"
            ),
            "resolution_refused": self.env._("Could not be read: tell the staff"),
            "resolution_guessed": self.env._(
                "Wrong numbers of appointments were tried: tell the staff"
            ),
            "resolution_alternatives": self.env._(
                "The time is gone: staff offer others"
            ),
        }

    def _get_staff_texts(self):
        return {
            "staff_list": self.env._("Waiting room"),
            "as_of": self.env._("As of {time}"),
            "as_of_offline": self.env._("No network. As of {time}"),
            "nobody": self.env._("Nobody is waiting."),
            "number": self.env._("Number"),
            "state": self.env._("State"),
            "since": self.env._("Since"),
            "desk": self.env._("Desk"),
            "level": self.env._("Level"),
            "triage_now": self.env._("Triage now"),
            "call_now": self.env._("Emergency: call now"),
            "not_staff": self.env._("This tablet is a kiosk: it shows no list."),
            "ticket_waiting": self.env._("Waiting"),
            "ticket_called": self.env._("Called"),
            "ticket_in_consultation": self.env._("In consultation"),
            "ticket_parked": self.env._("Parked"),
        }
