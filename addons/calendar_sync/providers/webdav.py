# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""WebDAV as calendars use it: requests, answers, and the XML in between.

CalDAV is RFC 4791, listing what changed is RFC 6578, finding calendars is RFC 6764.
"""

from dataclasses import dataclass
from urllib.parse import urljoin

import requests
from lxml import etree

from odoo.addons.clinic_engine.sync_errors import parse_retry_after

from .address import check_address, same_server
from .base import TIMEOUT, CalendarError

DAV = "DAV:"
CALDAV = "urn:ietf:params:xml:ns:caldav"
APPLE = "http://apple.com/ns/ical/"
SERVER = "http://calendarserver.org/ns/"
NAMES = {"d": DAV, "c": CALDAV, "a": APPLE, "s": SERVER}

#: No answer of a server is read beyond this (bytes).
LONGEST_ANSWER = 32 * 1024 * 1024

PARSER = {"resolve_entities": False, "no_network": True, "huge_tree": False}


@dataclass(frozen=True)
class Row:
    """One resource of a multi-status answer; ``found`` is false for a removed one."""

    href: str
    properties: dict
    found: bool = True

    def text(self, name):
        """Return the text of a property, by its name in Clark's notation."""
        element = self.properties.get(name)
        return (element.text or "").strip() if element is not None else ""

    def href_in(self, name):
        """Return the first address inside a property."""
        element = self.properties.get(name)
        inner = element.find("d:href", NAMES) if element is not None else None
        return (inner.text or "").strip() if inner is not None else ""


class WebDav:
    """Requests to one server with one login.

    :param stand_in: see ``address.check_address``
    :param clock: returns the present moment in epoch seconds
    """

    def __init__(self, url, login, password, clock, stand_in=""):
        check_address(url, stand_in)
        self.url = url
        self.clock = clock
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.auth = (login, password)
        self.stand_in = stand_in
        self.meter = lambda _status: None

    def send(self, method, url, body=None, **headers):
        """Send a request and return the answer.

        Redirections are followed within the server alone, where the password belongs.

        :raise CalendarError: when there is no answer, or one of 300 and above
        """
        url = urljoin(self.url, url)
        for _redirection in range(4):
            if not same_server(url, self.url):
                raise CalendarError(None, "address", detail=url)
            answer = self._send(method, url, body, headers)
            if answer.status_code not in (301, 302, 307, 308):
                break
            url = urljoin(url, answer.headers.get("Location", ""))
        if answer.status_code >= 300:
            raise self._to_error(answer)
        return answer

    def _send(self, method, url, body, headers):
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            answer = self.session.request(
                method,
                url,
                data=body,
                headers=sent,
                timeout=TIMEOUT,
                allow_redirects=False,
                stream=True,
            )
            answer._content = read_limited(answer)
        except requests.RequestException as error:
            self.meter(None)
            detail = type(error).__name__
            raise CalendarError(None, "no_answer", detail=detail) from error
        self.meter(answer.status_code)
        return answer

    def _to_error(self, answer):
        wait = parse_retry_after(answer.headers.get("Retry-After"), self.clock())
        return CalendarError(answer.status_code, read_reason(answer.content), wait)

    def ask(self, method, url, body, depth="0"):
        """Send XML and return the rows of the answer, and its sync token."""
        answer = self.send(
            method,
            url,
            etree.tostring(body, xml_declaration=True, encoding="utf-8"),
            Content_Type="application/xml; charset=utf-8",
            Depth=depth,
        )
        root = parse(answer.content)
        token = root.find("d:sync-token", NAMES)
        rows = [read_row(element) for element in root.iterfind("d:response", NAMES)]
        return rows, (token.text or "").strip() if token is not None else ""


def read_limited(answer):
    """Return the content of an answer, unless it is endless."""
    content = b""
    for chunk in answer.iter_content(64 * 1024):
        content += chunk
        if len(content) > LONGEST_ANSWER:
            raise requests.RequestException("too long")
    return content


def parse(content):
    """Return the root of an XML answer.

    :raise CalendarError: when it is none
    """
    try:
        return etree.fromstring(content, etree.XMLParser(**PARSER))
    except etree.XMLSyntaxError as error:
        raise CalendarError(None, "no_calendar", detail="XML") from error


def read_reason(content):
    """Return the name of the precondition that was not met, if the answer has one."""
    try:
        root = etree.fromstring(content, etree.XMLParser(**PARSER))
    except etree.XMLSyntaxError:
        return ""
    if root is None or etree.QName(root).localname != "error" or not len(root):
        return ""
    return etree.QName(root[0]).localname


def read_row(element):
    """Return one response of a multi-status answer as a ``Row``."""
    href = (element.findtext("d:href", namespaces=NAMES) or "").strip()
    status = element.findtext("d:status", namespaces=NAMES) or ""
    properties = {}
    for part in element.iterfind("d:propstat", NAMES):
        if " 200" in (part.findtext("d:status", namespaces=NAMES) or ""):
            properties.update(
                {child.tag: child for child in part.find("d:prop", NAMES)}
            )
    return Row(href, properties, " 404" not in status)


def build(tag, *children, text=None):
    """Return an XML element by its prefixed name, like ``d:prop``."""
    prefix, _sep, name = tag.partition(":")
    element = etree.Element(f"{{{NAMES[prefix]}}}{name}", nsmap=NAMES)
    element.text = text
    element.extend(children)
    return element


def clark(tag):
    """Return a prefixed name in Clark's notation, as ``Row.properties`` has them."""
    prefix, _sep, name = tag.partition(":")
    return f"{{{NAMES[prefix]}}}{name}"
