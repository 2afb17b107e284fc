# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Somebody in front of a kiosk, and the network that comes and goes."""

import base64
import json
from urllib.parse import urlsplit

from .axe import find_barriers

SCOPE = "/clinic/queue/kiosk"

#: Sizes of a tablet, lying and standing.
LANDSCAPE, PORTRAIT = (1024, 768), (768, 1024)

IS_KEPT = """async () => {
    const names = (await caches.keys()).filter((name) => name.startsWith("clinic-"));
    const cache = names.length && (await caches.open(names[0]));
    return cache && navigator.serviceWorker.controller
        && (await cache.keys()).map(({url}) => new URL(url).pathname);
}"""
IS_AT = """(screen) =>
    document.querySelector(".o_kiosk_screen")?.dataset.screen === screen
    && !document.querySelector(".o_kiosk_busy")"""
#: Date fields show the date in the user's own order, so nothing is typed.
SET_DATE = """(selector, day) => {
    const field = document.querySelector(selector);
    field.value = day;
    field.dispatchEvent(new Event("input", {bubbles: true}));
}"""
QUESTIONS = """() => [...document.querySelectorAll(".o_kiosk_flag legend")].map(
    (question) => question.textContent)"""
#: What a telephone reads from the screen.
READ_CODE = """async () => {
    const image = document.querySelector(".o_kiosk_qr img");
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 480;
    canvas.getContext("2d").drawImage(image, 0, 0, 480, 480);
    const source = new ZXing.HTMLCanvasElementLuminanceSource(canvas);
    const bitmap = new ZXing.BinaryBitmap(new ZXing.HybridBinarizer(source));
    return new ZXing.QRCodeReader().decode(bitmap).getText();
}"""
NUMBER = "() => document.querySelector('.o_kiosk_number')?.textContent"
IS_SENT = "() => !document.querySelector('.o_kiosk_unsent')"
IS_OFFLINE = "() => Boolean(document.querySelector('.o_kiosk_offline'))"
READ_STORE = """() => new Promise((resolve) => {
    const opened = indexedDB.open("clinic_kiosk");
    opened.onsuccess = () => {
        const all = opened.result.transaction("items").objectStore("items").getAll();
        all.onsuccess = () => resolve(all.result.length);
    };
})"""


class KioskVisitor:
    """A paired kiosk; each screen that comes is checked for barriers."""

    def __init__(self, browser, server, practice, site, size=LANDSCAPE):
        self.page, self.server, self.practice = browser.page, server, practice
        self.page.resize(*size)
        self.device = practice.create(
            "clinic.queue.device", name=practice.name("Live Kiosk"), site_id=site
        )
        (read,) = practice.read("clinic.queue.device", [self.device], "prefix")
        self.prefix = read["prefix"]

    def pair(self):
        """Open the kiosk, and type the code that the manager sees."""
        action = self.practice.do(
            "clinic.queue.device", "action_show_code", [self.device]
        )
        code = action["params"]["message"].partition(":")[0]
        self.page.go(f"{self.server.address}{SCOPE}")
        self.arrive("pair")
        self.fill("#o_kiosk_code", code)
        self.page.click(".o_kiosk_primary")
        self.arrive("start")
        return self.page.wait_for(IS_KEPT)

    def arrive(self, screen):
        """Wait for a screen, and check it."""
        self.page.wait_for(IS_AT, screen)
        assert find_barriers(self.page) == [], screen

    def fill(self, selector, text):
        """Click into a field and type."""
        self.page.click(selector)
        self.page.type(text)

    def take_number(self, flag=None):
        """Join as a walk-in; return the number that is shown."""
        self.ask_for_number(flag)
        return self.finish()

    def ask_for_number(self, flag=None):
        """Join as a walk-in, up to the last tap."""
        self.page.click(".o_kiosk_choices button", "I have no appointment")
        self.arrive("reason")
        self.page.click(".o_kiosk_choices button", "Something else")
        self.arrive("flags")
        for place, question in enumerate(self.page.run(QUESTIONS), 1):
            line = f".o_kiosk_flag:nth-of-type({place})"
            answer = "Yes" if question == flag else "No"
            self.page.click(f"{line} .o_kiosk_answer", answer)
        self.page.click(".o_kiosk_screen > .o_kiosk_primary")
        if not flag:
            self.arrive("mobile")
            self.page.click(".o_kiosk_row button", "No, thank you")

    def check_in(self, number):
        """Check in by the number of an appointment; return the number shown."""
        self.page.click(".o_kiosk_choices button", "I have an appointment")
        self.arrive("find")
        self.page.click(".o_kiosk_choices button", "By its number")
        self.arrive("number")
        self.fill("#o_kiosk_appointment", number)
        self.page.click(".o_kiosk_primary")
        return self.finish()

    def request(self, service, name, place=0):
        """Ask for a free time of a service, the first or a later one; stay there."""
        self.page.click(".o_kiosk_choices button", "I would like an appointment")
        self.arrive("service")
        self.page.click(".o_kiosk_choices button", service)
        self.arrive("day")
        self.page.click(".o_kiosk_choices button")
        self.arrive("time")
        self.page.click(f".o_kiosk_choices button:nth-child({place + 1})")
        self.arrive("about")
        self.fill("#o_kiosk_who", name)
        self.page.run(SET_DATE, "#o_kiosk_born", "1991-02-03")
        self.fill("#o_kiosk_contact", f"{name.replace(' ', '.').lower()}@example.com")
        self.page.click(".o_kiosk_primary")
        self.arrive("requested")

    def finish(self):
        """Read the number that is shown, and leave the screen to the next one."""
        self.arrive("ticket")
        number = self.page.wait_for(NUMBER)
        self.page.click(".o_kiosk_primary", "Done")
        self.arrive("start")
        return number

    def read_code(self):
        """Return the path that a telephone reads from the ticket on the screen."""
        self.arrive("ticket")
        return urlsplit(self.page.run(READ_CODE)).path

    def cut(self):
        """Take the network away from the page and from its worker."""
        self._set_network(True)
        self.page.run("() => window.dispatchEvent(new Event('offline'))")
        self.page.wait_for(IS_OFFLINE)

    def restore(self):
        """Give the network back."""
        self._set_network(False)
        self.page.run("() => window.dispatchEvent(new Event('online'))")

    def _set_network(self, offline):
        self.page.command("Network.enable")
        self.page.command(
            "Network.emulateNetworkConditions",
            offline=offline,
            latency=0,
            downloadThroughput=-1,
            uploadThroughput=-1,
        )

    def count_kept(self):
        """Return how many items the tablet keeps."""
        return self.page.run(READ_STORE)

    def lose_answers(self, count):
        """Let that many messages reach the server whose answers never come back.

        :return: the numbers of items in each of those messages
        """
        self.page.command(
            "Fetch.enable",
            patterns=[{"urlPattern": f"*{SCOPE}/sync", "requestStage": "Response"}],
        )
        self.restore()
        sizes = [self._lose_one() for _number in range(count)]
        self.page.command("Fetch.disable")
        return sizes

    def hold_answers(self):
        """Give the network back, but let no answer to what is sent come in.

        :return: how many items the server has got in the message that is held
        """
        self.page.command(
            "Fetch.enable",
            patterns=[{"urlPattern": f"*{SCOPE}/sync", "requestStage": "Response"}],
        )
        self.restore()
        event = self._wait_for_event("Fetch.requestPaused")
        return _count_items(event["request"])

    def release_answers(self):
        """Let the answers come in that were held."""
        self.page.command("Fetch.disable")

    def _lose_one(self):
        event = self._wait_for_event("Fetch.requestPaused")
        request = event["request"]
        self.page.command(
            "Fetch.failRequest",
            requestId=event["requestId"],
            errorReason="ConnectionReset",
        )
        return _count_items(request)

    def _wait_for_event(self, method):
        seen = []
        note = self.page._note
        self.page._note = lambda event: (seen.append(event), note(event))
        try:
            while True:
                for event in seen:
                    if event.get("method") == method:
                        return event["params"]
                self.page.run("() => new Promise((done) => setTimeout(done, 50))")
        finally:
            self.page._note = note


def _count_items(request):
    text = request.get("postData") or _join(request.get("postDataEntries"))
    return len(json.loads(text)["items"])


def _join(entries):
    return b"".join(base64.b64decode(item["bytes"]) for item in entries or ()).decode()
