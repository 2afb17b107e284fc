# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The contact that a visitor proved by a code, and whom it opens.

An account acts for its own patient and for those that a consent opens to it; a guest
for the patients whose own contact was proved. On a shared browser the next visitor has
the session of the one before, so all that guests say is bound to their proof.
"""

import time

from odoo.http import request
from odoo.tools import consteq, hmac

#: Where the session keeps a contact that a code was sent to, or that was proved.
SESSION_SENT = "clinic_contact_sent"
SESSION_PROVED = "clinic_contact_proved"

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
