# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The choice of a time in a browser."""

import os
import uuid
from datetime import timezone
from unittest.mock import patch

from odoo.tests import HttpCase, tagged

from .common import MONDAY, ClinicCommon
from .test_portal_slots import ADDRESS

READY = "Boolean(document.querySelector('.o_clinic_times_choice'))"

TOOLS = """
const find = (selector) => document.querySelector(selector);
const all = (selector) => [...document.querySelectorAll(selector)];
const check = (what, words) => {
    if (!what) {
        throw new Error(words);
    }
};
const until = async (condition, words) => {
    for (let n = 0; n < 100 && !condition(); n++) {
        await new Promise((resolve) => setTimeout(resolve, 100));
    }
    check(condition(), words);
};
const comeBack = () =>
    window.dispatchEvent(new PageTransitionEvent("pageshow", {persisted: true}));
"""

CHOOSE = """
const times = all(".o_clinic_times_choice input");
check(times.length === 15, `free times: ${times.length}`);
const form = find(".o_clinic_times_form");
check(form.hidden, "nothing is chosen yet");
times[2].click();
check(!form.hidden, "the form shows");
check(form.elements.start.value === "%(start)s", form.elements.start.value);
check(form.elements.doctor.value === "%(doctor)s", "doctor");
check(form.elements.site.value === "%(site)s", "site");
check(form.elements.csrf_token.value, "token");
check(location.search.includes("start=%(start)s"), "the address can be shared");
console.log("test successful");
"""

TAKEN = """
all(".o_clinic_times_choice input")[2].click();
all(".o_clinic_times_choice input")[4].focus();
const focused = document.activeElement.value;
const ask = window.fetch;
window.fetch = async (...given) => {
    const answer = await (await ask(...given)).json();
    answer.slots[0][2].splice(2, 1);
    return new Response(JSON.stringify(answer));
};
comeBack();
await until(() => find(".o_clinic_times .alert-warning"), "what was taken is told");
check(find(".o_clinic_times_status").textContent.includes("taken"), "and said");
check(find(".o_clinic_times_form").hidden, "nothing is chosen any more");
check(document.activeElement.value === focused, "the focus stays");
console.log("test successful");
"""

LATER = """
find("button[data-go=later]").focus();
find("button[data-go=later]").click();
check(find(".o_clinic_times .placeholder-glow"), "a skeleton while it loads");
await until(() => find(".o_clinic_times_range"), "the next days");
check(document.activeElement.dataset.go === "later", "the focus stays");
const ask = window.fetch;
window.fetch = () => Promise.reject(new TypeError("offline"));
find("button[data-go=earlier]").click();
await until(() => find(".o_clinic_times .alert-danger"), "that it failed");
window.fetch = ask;
find("button[data-go=retry]").click();
await until(() => find(".o_clinic_times_choice"), "the times again");
console.log("test successful");
"""

CLOCK = """
const first = find(".o_clinic_times_choice label").textContent.trim();
const note = find(".o_clinic_times_view > p.small").textContent;
check(first === "%(first)s", first);
check(note.includes("shown on %(whose)s clock"), note);
check(note.includes("Dubai") && note.includes("Paris"), note);
check(!note.includes("/"), note);
find(".o_clinic_times_choice input").click();
const chosen = find(".o_clinic_times_chosen").textContent;
check(chosen.includes("%(chosen)s"), chosen);
check(chosen.includes("%(hint)s"), chosen);
console.log("test successful");
"""


@tagged("post_install", "-at_install")
class TestPortalTimes(ClinicCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # the zone of the visitor's device: 2 h ahead of Paris
        cls.startClassPatcher(patch.dict(os.environ, TZ="Asia/Dubai"))
        cls.service.horizon_days = 0
        cls._book(9)

    def _run(self, code, **values):
        self.startPatcher(patch(ADDRESS, return_value=str(uuid.uuid4())))
        asked = f"service={self.service.id}&doctor={self.doctor.id}&day={MONDAY}"
        code = f"{TOOLS}(async () => {{{code % values}}})().catch(console.error);"
        self.browser_js(f"/clinic/book/times?{asked}", code, READY)

    def test_choose(self):
        start = self._at(10, 30).replace(tzinfo=timezone.utc)
        values = {"doctor": self.doctor.id, "site": self.site.id}
        self._run(CHOOSE, start=int(start.timestamp()), **values)

    def test_a_chosen_time_is_taken(self):
        self._run(TAKEN)

    def test_other_days_and_no_connection(self):
        self._run(LATER)

    def test_visits_at_the_clinic_are_on_its_clock(self):
        words = {"first": "9:30 AM", "whose": "the clinic's"}
        self._run(CLOCK, **words, chosen="9:30 AM (Paris)", hint="your time: Mon")

    def test_calls_are_on_the_visitors_clock(self):
        self.service.modality = "video"
        words = {"first": "11:30 AM", "whose": "your"}
        hint = "9:30 AM (Paris)"
        self._run(CLOCK, **words, chosen="11:30 AM (Dubai)", hint=hint)
