# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The contact that a visitor proved by a code, and whom it opens.

An account acts for its own patient and for those that a consent opens to it; a guest
for the patients whose own contact was proved. On a shared browser the next visitor has
the session of the one before, so all that guests say is bound to their proof.
"""

import time
from functools import partial

from odoo.exceptions import UserError
from odoo.http import STORED_SESSION_BYTES, request, root
from odoo.service.security import compute_session_token
from odoo.tools import consteq, hmac

from ..exceptions import TooManyRequests
from ..utils import clean_text
from . import portal_common

#: Where the session keeps a contact that a code was sent to, or that was proved.
SESSION_SENT = "clinic_contact_sent"
SESSION_PROVED = "clinic_contact_proved"

MAX_CONTACT = 254

#: How long a proved contact opens its patients (seconds).
PROOF_SECONDS = 30 * 60


def get_contact(key):
    """Return (channel, contact) that the session keeps, (None, None) without one.

    It is good for the account that entered it only, and for a while.

    :param key: ``SESSION_SENT`` or ``SESSION_PROVED``
    """
    channel, contact, uid, end = request.session.get(key) or (None, None, None, 0)
    if uid != request.env.uid or end < time.time():
        return None, None
    return channel, contact


def set_contact(key, channel, contact):
    """Keep a contact in the session, for this account and for a while."""
    end = int(time.time()) + PROOF_SECONDS
    request.session[key] = [channel, contact, request.env.uid, end]


def renew_session():
    """Give the session a new name, which nobody knows who used this browser before.

    Its first part stays, so that forms on other open pages keep their proof. The old
    one goes with the commit: Odoo may repeat the request until then.
    """
    session, store = request.session, root.session_store
    old = session.sid
    rest = store.generate_key()[STORED_SESSION_BYTES:]
    session.sid = old[:STORED_SESSION_BYTES] + rest
    if session.uid:
        session.session_token = compute_session_token(session, request.env)
    request.env.cr.postcommit.add(partial(end_session, old))


def end_session(name):
    """Forget a session."""
    root.session_store.delete(root.session_store.session_class({}, name))


def ask_code(key, contact, purpose):
    """Send a code; the answer never tells whether anybody knows the contact.

    :param key: where the session keeps whom it was sent to
    :return: what the page shows when none can be sent, else nothing
    :raise TooManyRequests: too many codes to this contact or for this address
    """
    contact = clean_text(contact, MAX_CONTACT)
    codes = request.env["clinic.verification"]
    try:
        sent = codes._send(contact, purpose, portal_common.get_address())
    except TooManyRequests:
        raise
    except UserError as error:
        return {"contact_error": error.args[0], "contact": contact}
    request.session.pop(SESSION_PROVED, None)
    set_contact(key, *sent)
    return {}


def take_code(key, code, purpose):
    """Take a code: the contact that it was sent to is then proved.

    :param key: where the session keeps whom it was sent to: there is one
    :return: what the page shows when it is not the code, else nothing
    :raise TooManyRequests: too many tries, right or wrong
    """
    channel, contact = get_contact(key)
    code, address = clean_text(code, 40), portal_common.get_address()
    codes = request.env["clinic.verification"]
    if not codes._verify(contact, code, purpose, address):
        message = request.env._("This is not the code, or it is too old.")
        return {"code_error": message}
    request.session.pop(key, None)
    set_contact(SESSION_PROVED, channel, contact)
    renew_session()
    return {}


def get_booker():
    """Return for whom a booking is counted: the account, or the contact of a guest."""
    speaker = get_speaker()
    if request.env.user._is_public():
        return speaker["proof"] or portal_common.get_address()
    return f"account {speaker['uid']}"


def get_proof(env, channel, contact):
    """Return the keyed hash that binds what a guest says to a proved contact."""
    return hmac(env(su=True), "clinic_intake", f"{channel}:{contact}")


def get_speaker():
    """Return what marks an intake as said by who is here now.

    All guests are one user: theirs is the keyed hash of the contact that they proved,
    empty without one.
    """
    speaker = {"uid": request.env.uid, "proof": ""}
    if request.env.user._is_public():
        channel, contact = get_contact(SESSION_PROVED)
        speaker["proof"] = get_proof(request.env, channel, contact) if contact else ""
    return speaker


def is_speaker(intake):
    """Whether ``intake`` was said by who is here now; nobody's is a guest's."""
    speaker = get_speaker()
    if request.env.user._is_public() and not speaker["proof"]:
        return False
    return intake.get("uid") == speaker["uid"] and consteq(
        str(intake.get("proof") or ""), speaker["proof"]
    )


def get_proved_patients():
    """Return, as superuser, the patients whose own contact the visitor proved."""
    channel, contact = get_contact(SESSION_PROVED)
    if not contact:
        return request.env["clinic.patient"].sudo()
    return request.env["clinic.patient"]._find_by_contact(channel, contact)


def get_own_patients():
    """Return, as superuser, whom the account may book for; none for a guest."""
    if request.env.user._is_public():
        return request.env["clinic.patient"].sudo()
    partner = request.env.user.partner_id
    return request.env["clinic.patient"]._get_patients_of(partner, "book")


def get_limited_patients(patient_sudo, is_new=False):
    """Return, as superuser, the patients whose visits ahead count together.

    For guests all of the proved contact, and for accounts all of theirs once somebody
    new is entered: else each new name would open the way for more visits.
    """
    if request.env.user._is_public():
        return get_proved_patients() | patient_sudo
    return get_own_patients() | patient_sudo if is_new else patient_sudo


def may_book_for(patient_sudo):
    """Whether who is here now may book for a patient, by a consent or a proof."""
    return patient_sudo in get_own_patients() | get_proved_patients()
