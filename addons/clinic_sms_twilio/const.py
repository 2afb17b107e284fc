# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What is asked of Twilio, how long we wait, and what its words mean here."""

#: System parameter: the address of a stand-in for Twilio, on this very machine
PARAM_ADDRESS = "clinic_sms_twilio.api_base"

#: Where Twilio's API is; Odoo's own addon has it in its code
API_ADDRESS = "https://api.twilio.com"

#: Where Twilio brings the replies of patients
INBOUND_PATH = "/clinic/sms/inbound"

TIMEOUT = 10  # seconds for an answer of the API when we ask what became of an SMS

#: Twilio may have taken the SMS: no answer came, or none that can be read
UNANSWERED = "clinic_unanswered"
#: Twilio certainly took nothing, and may take it later
REFUSED = "clinic_refused"

#: HTTP statuses by which Twilio says that it took nothing and can be asked again
REFUSED_STATUSES = (429, 503)

#: Minutes after which an SMS that Twilio refused is sent again: one try for each
BACKOFF = (1, 2, 4)

#: Minutes to wait for the report of an SMS whose fate is unknown, before we ask
PATIENCE = 10
#: Minutes after which it counts as failed if Twilio cannot even be asked
GIVE_UP = 60
#: How long before the request (minutes) its SMS is looked for: clocks differ
SLACK = 2

#: Codes of Twilio's errors that its addon takes for unknown ones
ERROR_AUTHENTICATION = 20003
ERROR_UNSUBSCRIBED = 21610

#: A reply belongs to what was sent to its number in so many hours before the last SMS:
#: when that was about several visits, nobody can tell which one is meant
TOGETHER_HOURS = 24
#: Replies are kept for so many days
KEEP_DAYS = 400
#: Characters of a reply that are kept
MAX_BODY = 1600

#: What patients write, folded by ``fold`` -> what they mean: Twilio's own words, and
#: those of some languages. "Cancel" may mean the visit or, as for Twilio, all SMS: so
#: people read it.
WORDS = {
    "1": "confirm",
    "2": "cancel",
    **dict.fromkeys(
        ("stop", "stopall", "stop all", "unsubscribe", "end", "quit", "optout")
        + ("opt out", "revoke", "stopp", "arret", "baja"),
        "stop",
    ),
    **dict.fromkeys(("start", "unstop", "subscribe", "optin", "opt in"), "start"),
    **dict.fromkeys(("help", "info", "aide", "hilfe", "ayuda"), "help"),
}
