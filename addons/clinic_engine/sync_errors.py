# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a refused request to an outside calendar means, and how long to wait.

Classes:

- ``retry``: nothing is wrong with the request; the same again later
- ``reread``: the copy is another than the one that was seen
- ``success``: what was wanted is so already
- ``verify``: it is said to be gone; ask for it before believing
- ``restart``: the cursor is too old; list everything, conclude nothing from absence
- ``consent``: a person has to connect the calendar again
- ``permanent``: the same request will never be accepted
"""

from email.utils import parsedate_to_datetime

#: Reasons of a 403 or 400 that mean "too much at once" (Google).
RATE_REASONS = frozenset({"rateLimitExceeded", "userRateLimitExceeded"})

#: Writing is refused for hours (Google): nothing to repeat within minutes.
QUOTA_REASONS = frozenset({"quotaExceeded", "dailyLimitExceeded"})

#: The token of the last listing is not known any more (Google, Graph, CalDAV).
CURSOR_REASONS = frozenset(
    {
        "fullSyncRequired",
        "updatedMinTooLongAgo",
        "SyncStateNotFound",
        "syncStateNotFound",
        "resyncRequired",
        "valid-sync-token",
    }
)

#: Answers of the places that hand out access tokens.
CONSENT_REASONS = frozenset(
    {
        "invalid_grant",
        "unauthorized_client",
        "invalid_client",
        "interaction_required",
        "consent_required",
    }
)

#: Seconds: first wait, longest wait, and how long a used-up quota is left alone.
FIRST_WAIT, LONGEST_WAIT, QUOTA_WAIT = 5, 3600, 3600


def classify(status: int | None, reason: str = "", action: str = "") -> str:
    """Return the class of a refused request.

    :param status: of HTTP; None when no answer came (time-out, connection lost)
    :param reason: the provider's own word, if its answer had one
    :param action: ``delete``, ``list`` (of a calendar's changes), or anything else. A
        401 is told here only after the access token was renewed once
    """
    if reason in CONSENT_REASONS or status == 401:
        return "consent"
    if reason in CURSOR_REASONS or (status == 410 and action == "list"):
        return "restart"
    if status is None or status == 429 or status >= 500:
        return "retry"
    if reason in RATE_REASONS or reason in QUOTA_REASONS:
        return "retry"
    if status in (409, 412):
        return "reread"
    if status in (404, 410):
        return "success" if action == "delete" else "verify"
    return "permanent"


def parse_retry_after(value: str | None, now: float) -> float:
    """Return the seconds that a ``Retry-After`` header asks for, 0 for none.

    :param value: seconds, or a date as HTTP writes it (RFC 9110, 10.2.3); anything else
        counts as none
    :param now: epoch seconds
    """
    text = (value or "").strip()
    if text.isdecimal():
        return float(text)
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - now)
    except (TypeError, ValueError):
        return 0.0


def get_wait(attempt: int, asked: float = 0, reason: str = "", luck: float = 0.5):
    """Return how many seconds to leave the account alone after a ``retry``.

    What the provider asked for is kept to the second. Without that, the wait doubles
    with each attempt, and differs by half so that many accounts do not come at once.

    :param attempt: 0 after the first refusal
    :param asked: seconds of ``parse_retry_after``
    :param luck: a random number from 0 to 1
    """
    if reason in QUOTA_REASONS:
        return max(asked, QUOTA_WAIT)
    backoff = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(attempt, 20)) * (0.5 + luck)
    return max(asked, backoff)
