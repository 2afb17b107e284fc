# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A patient who wants notifications, and a browser whose push service is a stand-in.

The browser's own push service lies outside of this machine. So subscribing is played;
the worker, the permission, and what the worker does with a message are real.
"""

import json
from pathlib import Path

from .account import AccountVisitor

SEED = Path(__file__).with_name("push_seed.py")
SWITCH = "#o_clinic_push"

#: Subscribing, as far as pages see it; what was subscribed stays in the browser.
PLAYED = """(() => {
    const given = %s;
    const name = "played_subscription";
    const make = () => ({
        ...given,
        toJSON: () => given,
        unsubscribe: async () => localStorage.removeItem(name),
    });
    PushManager.prototype.getSubscription = async () =>
        localStorage.getItem(name) ? make() : null;
    PushManager.prototype.subscribe = async (options) => {
        if (options.applicationServerKey.length !== 65 || !options.userVisibleOnly) {
            throw new Error("Not what a push service takes.");
        }
        localStorage.setItem(name, "1");
        return make();
    };
})()"""

IS_ACTIVE = """async () => {
    const registration = await navigator.serviceWorker.getRegistration("/my/");
    return registration?.active?.state === "activated" && registration.scope;
}"""

SHOWN = """async () => {
    const registration = await navigator.serviceWorker.getRegistration("/my/");
    const shown = await registration.getNotifications();
    return shown.map(({title, body, tag, data}) => ({title, body, tag, data}));
}"""


class PushVisitor(AccountVisitor):
    """Somebody with a device of their own."""

    def prepare(self, subscription):
        """Let the browser have a push service, and the permission to notify."""
        script = PLAYED % json.dumps(subscription)
        self.page.command("Page.addScriptToEvaluateOnNewDocument", source=script)
        self.page.command(
            "Browser.grantPermissions",
            permissions=["notifications"],
            origin=self.server.address,
        )

    def open_profile(self):
        """Open the page of preferences."""
        self.page.go(f"{self.server.address}/my/clinic/profile")
        self.arrive("/my/clinic/profile", f"{SWITCH}:not(:disabled)")

    def switch(self, sentence):
        """Use the switch, and wait for what the page then says."""
        self.page.click(SWITCH)
        self.page.place(".o_clinic_push_status", sentence)
        self.check()

    def is_on(self):
        """Whether the switch shows that notifications are on."""
        return self.page.run(f"() => document.querySelector('{SWITCH}').checked")

    def show(self, payload, count):
        """Push until so many notifications are shown; return them.

        A worker that the browser is just putting to sleep misses what is brought, and
        push services bring it again.
        """
        enough = f"async () => (await ({SHOWN})()).length === {count} && ({SHOWN})()"
        for _attempt in range(5):
            self.push(payload)
            try:
                return self.page.wait_for(enough, seconds=5)
            except AssertionError:
                continue
        raise AssertionError(f"Never {count} notifications")

    def push(self, payload):
        """Let the browser's push service bring a message to the worker."""
        seen = []
        note = self.page._note
        self.page._note = lambda event: (seen.append(event), note(event))
        try:
            self.page.command("ServiceWorker.disable")
            self.page.command("ServiceWorker.enable")
            self.page.run("() => new Promise((done) => setTimeout(done, 300))")
        finally:
            self.page._note = note
        registrations = [
            item["registrationId"]
            for event in seen
            if event.get("method") == "ServiceWorker.workerRegistrationUpdated"
            for item in event["params"]["registrations"]
            if item["scopeURL"].endswith("/my/") and not item["isDeleted"]
        ]
        self.page.command(
            "ServiceWorker.deliverPushMessage",
            origin=self.server.address,
            registrationId=registrations[-1],
            data=payload,
        )


def send(database, url, visit):
    """Remind the patient of a visit by notification; send what is queued.

    :param url: of the push service
    """
    order = {"url": url, "visit": visit}
    environment = {"CLINIC_PUSH": json.dumps(order)}
    database.run_script(SEED.read_text(), environment, patience=300)
