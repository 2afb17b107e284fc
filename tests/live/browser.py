# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A real browser without a screen, driven over its DevTools protocol.

What it does to a page is what a user does: mouse and keyboard, at coordinates. Chrome
and Chromium speak the protocol over a websocket, so no other program is needed.
"""

import base64
import itertools
import json
import os
import signal
import subprocess
import time
import urllib.request
from pathlib import Path

import websocket

from .server import HOST

WIDTH, HEIGHT = 1366, 900
PATIENCE = 20  # seconds until something is on the page
PAUSE = 0.03  # seconds between two looks at the page
STEPS = 8  # mouse movements of a drag

OPTIONS = (
    "--headless=new",
    "--no-sandbox",
    "--no-first-run",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-gpu",
    "--hide-scrollbars",
    "--mute-audio",
    "--remote-debugging-port=0",
    "--remote-allow-origins=*",
    f"--window-size={WIDTH},{HEIGHT}",
)


class NotThere(AssertionError):
    """What was waited for did not come."""


class Browser:
    """One process of the browser with a profile of its own, and one page."""

    def __init__(self, program, folder):
        self.profile = Path(folder)
        self.profile.mkdir()
        command = [program, *OPTIONS, f"--user-data-dir={self.profile}", "about:blank"]
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            self.page = Page(self._find_page())
        except BaseException:
            self.stop()
            raise

    def _find_page(self):
        """Return the address of the page's websocket."""
        port_file = self.profile / "DevToolsActivePort"
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise NotThere("The browser ended by itself.")
            if port_file.exists() and (lines := port_file.read_text().split()):
                address = f"http://{HOST}:{lines[0]}/json/list"
                with urllib.request.urlopen(address, timeout=PATIENCE) as response:
                    targets = json.load(response)
                pages = [item for item in targets if item["type"] == "page"]
                if pages:
                    return pages[0]["webSocketDebuggerUrl"]
            time.sleep(PAUSE)
        raise NotThere("The browser does not answer.")

    def stop(self):
        """End the process and its children."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


class Page:
    """What the browser shows. Errors of the page are noted in ``errors``."""

    def __init__(self, address):
        self.socket = websocket.create_connection(address, timeout=60)
        self.numbers = itertools.count(1)
        self.errors = []
        for domain in ("Page", "Runtime", "Log"):
            self.command(f"{domain}.enable")
        self.resize(WIDTH, HEIGHT)

    def resize(self, width, height):
        """Give the page another size, in pixels."""
        self.command(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )

    def command(self, method, **params):
        """Send one command of the protocol; return its result."""
        number = next(self.numbers)
        content = {"id": number, "method": method, "params": params}
        self.socket.send(json.dumps(content))
        while True:
            message = json.loads(self.socket.recv())
            if message.get("id") == number:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']}")
                return message["result"]
            self._note(message)

    def _note(self, event):
        """Remember what the page complains about."""
        params = event.get("params", {})
        if event.get("method") == "Runtime.exceptionThrown":
            details = params["exceptionDetails"]
            thrown = details.get("exception", {}).get("description", "")
            self.errors.append(f"{details['text']} {thrown}")
        elif event.get("method") == "Runtime.consoleAPICalled":
            if params["type"] in ("error", "assert"):
                values = [str(item.get("value", item)) for item in params["args"]]
                self.errors.append(" ".join(values))
        elif event.get("method") == "Log.entryAdded":
            entry = params["entry"]
            if entry["level"] == "error":
                self.errors.append(f"{entry['text']} {entry.get('url', '')}")

    def run(self, script, *values):
        """Call a JavaScript function with JSON values; return what it returns."""
        arguments = ", ".join(json.dumps(value) for value in values)
        result = self.command(
            "Runtime.evaluate",
            expression=f"({script})({arguments})",
            returnByValue=True,
            awaitPromise=True,
        )
        if "exceptionDetails" in result:
            raise RuntimeError(f"{script}: {result['exceptionDetails']}")
        return result["result"].get("value")

    def wait_for(self, script, *values, seconds=PATIENCE):
        """Wait until a function returns something true; return that."""
        deadline = time.monotonic() + seconds
        while not (found := self._try(script, *values)):
            if time.monotonic() > deadline:
                raise NotThere(f"Not within {seconds} s: {script} {values}")
            time.sleep(PAUSE)
        return found

    def _try(self, script, *values):
        try:
            return self.run(script, *values)
        except RuntimeError as error:
            if "context" in str(error):  # the page is being replaced
                return None
            raise

    def go(self, address):
        """Open a page."""
        self.command("Page.navigate", url=address)

    def place(self, selector, text="", down=0.5, seconds=PATIENCE):
        """Return a point on the first visible element that contains ``text``.

        :param down: how far from the element's top, as part of its height
        """
        point = self.wait_for(PLACE, selector, text, down, seconds=seconds)
        return point["x"], point["y"]

    def height_of(self, selector):
        """Return where the middle of an element is, counted from the top."""
        return self.wait_for(HEIGHT_OF, selector)

    def mouse(self, kind, x, y, **values):
        """Send one event of the mouse."""
        self.command(
            "Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", **values
        )

    def click(self, selector, text=""):
        """Click on an element."""
        x, y = self.place(selector, text)
        self.mouse("mouseMoved", x, y)
        self.mouse("mousePressed", x, y, buttons=1, clickCount=1)
        self.mouse("mouseReleased", x, y, clickCount=1)

    def drag(self, start, stop):
        """Press at one point, move to another, let go."""
        (x, y), (end_x, end_y) = start, stop
        self.mouse("mouseMoved", x, y)
        self.mouse("mousePressed", x, y, buttons=1, clickCount=1)
        for step in range(1, STEPS + 1):
            self.mouse(
                "mouseMoved",
                x + (end_x - x) * step / STEPS,
                y + (end_y - y) * step / STEPS,
                buttons=1,
            )
            time.sleep(PAUSE)
        self.mouse("mouseReleased", end_x, end_y, clickCount=1)

    def type(self, text):
        """Type into the element that has the focus."""
        self.command("Input.insertText", text=text)

    def screenshot(self, path):
        """Save what is to be seen."""
        data = self.command("Page.captureScreenshot")["data"]
        Path(path).write_bytes(base64.b64decode(data))


HEIGHT_OF = """(selector) => {
    const box = document.querySelector(selector)?.getBoundingClientRect();
    return box && box.y + box.height / 2;
}"""

PLACE = """(selector, text, down) => {
    for (const element of document.querySelectorAll(selector)) {
        const box = element.getBoundingClientRect();
        if (box.width && box.height && element.textContent.includes(text)) {
            element.scrollIntoView({block: "nearest"});
            const {x, y, width, height} = element.getBoundingClientRect();
            const point = {x: x + width / 2, y: y + height * down};
            const top = document.elementFromPoint(point.x, point.y);
            if (top && (element.contains(top) || top.contains(element))) {
                return point;
            }
        }
    }
    return null;
}"""
