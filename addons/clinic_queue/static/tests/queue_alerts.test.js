/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {beforeEach, describe, expect, queryOne, test, waitUntil} from "@odoo/hoot";
import {advanceTime, animationFrame, mockDate} from "@odoo/hoot-mock";
import {
    contains,
    getService,
    mountWithCleanup,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import {browser} from "@web/core/browser/browser";
import {AlarmBanner} from "@clinic_queue/alarm/alarm_banner";
import {RING_AGAIN, audio} from "@clinic_queue/alarm/alarm_sound";
import {AlertMenu, LOOK_AGAIN} from "@clinic_queue/alarm/alert_menu";
import {
    TODAY,
    defineQueueModels,
    mockBus,
    resetServer,
    server,
} from "./queue_test_helpers";

describe.current.tags("desktop");
defineQueueModels();

/** What would be heard: each tone begun. */
const heard = [];
const speaker = {state: "running"};

function makeNode() {
    const param = () => ({
        setValueAtTime: () => null,
        linearRampToValueAtTime: () => null,
    });
    return {
        frequency: {},
        gain: param(),
        connect: (other) => other,
        start: () => heard.push(1),
        stop: () => null,
    };
}

beforeEach(() => {
    heard.length = 0;
    speaker.state = "running";
    browser.localStorage.clear();
    patchWithCleanup(browser, {navigator: {}});
    patchWithCleanup(audio, {
        makeContext: () =>
            Object.assign(speaker, {
                currentTime: 0,
                resume: async () => null,
                createOscillator: makeNode,
                createGain: makeNode,
            }),
    });
    browser.sessionStorage.removeItem("clinic_queue.seen_alarms");
    mockDate(TODAY, 0);
    resetServer();
});

/** Let time pass, and what it changes be drawn, fading notifications too. */
async function pass(milliseconds) {
    await advanceTime(milliseconds);
    await animationFrame();
    await advanceTime(1000);
    await animationFrame();
}

const ROW = {queue: "Walk-ins", site: "North", level: "Immediate", since: TODAY};

async function mountAlerts() {
    const bus = mockBus();
    await mountWithCleanup(AlertMenu);
    await mountWithCleanup(AlarmBanner);
    await animationFrame();
    return bus;
}

test("an alarm is shown until somebody goes", async () => {
    const bus = await mountAlerts();
    expect(".o_queue_alarm").toHaveCount(0);
    server.alerts = {alarms: [{...ROW, id: 7, name: "A-007"}], due: []};
    bus.poke();
    await advanceTime(2000);
    expect(".o_queue_alarms[role=alert]").toHaveText(/A-007/);
    expect(".o_queue_alerts .badge").toHaveText("1");
    server.answer = () => {
        server.alerts = {alarms: [], due: []};
        return "Everybody sees that you go to A-007.";
    };
    await contains(".o_queue_take_alarm").click();
    expect(server.calls).toEqual([["take_alarm", [7]]]);
    expect(".o_queue_alarm").toHaveCount(0);
    expect("[role=status]:contains(you go to A-007)").toHaveCount(1);
});

test("who leaves an alarm to others hides it alone, until it rings again", async () => {
    server.alerts = {alarms: [{...ROW, id: 7, name: "A-007"}], due: []};
    await mountAlerts();
    await contains(".o_queue_leave_alarm").click();
    expect(server.calls).toEqual([]);
    expect(".o_queue_alarm").toHaveCount(0);
    expect(".o_queue_alerts .badge").toHaveText("1");
    await pass(LOOK_AGAIN);
    expect(".o_queue_alarm").toHaveCount(0);
    const again = {...ROW, id: 7, name: "A-007", taken_by: "Nora", taken_at: TODAY};
    server.alerts = {alarms: [again], due: []};
    await pass(LOOK_AGAIN);
    expect(".o_queue_alarm .o_queue_taken").toHaveText(/Nora went at/);
});

test("a warning sign says which one", async () => {
    const sign = {...ROW, id: 7, name: "A-007", signs: "Chest pain"};
    server.alerts = {alarms: [sign], due: []};
    await mountAlerts();
    expect(".o_queue_alarm .o_queue_signs").toHaveText("Chest pain");
});

test("several alarms leave screens their room", async () => {
    const bus = await mountAlerts();
    const {documentElement} = document;
    const getRoom = () =>
        parseFloat(
            getComputedStyle(documentElement).getPropertyValue("--o-queue-alarms")
        );
    const alarms = [7, 8, 9].map((id) => ({...ROW, id, name: `A-00${id}`}));
    server.alerts = {alarms, due: []};
    bus.poke();
    await advanceTime(2000);
    await waitUntil(() => getRoom() > 0);
    expect(".o_queue_alarm").toHaveCount(3);
    expect(getRoom()).toBe(queryOne(".o_queue_alarms").offsetHeight);
    server.alerts = {alarms: [], due: []};
    bus.poke();
    await advanceTime(2000);
    await waitUntil(() => getRoom() === 0);
    expect(".o_queue_alarm").toHaveCount(0);
});

test("whom to look at again is told once, to who may triage", async () => {
    await mountAlerts();
    const due = [{...ROW, id: 8, name: "A-008", level: "Urgent"}];
    server.alerts = {alarms: [], due, may_triage: true};
    await pass(LOOK_AGAIN);
    expect(".o_notification:contains(Look at A-008 again)").toHaveCount(1);
    await pass(LOOK_AGAIN);
    expect(".o_notification").toHaveCount(1);
    server.alerts = {alarms: [], due: [], may_triage: true};
    await pass(LOOK_AGAIN);
    expect(".o_notification").toHaveCount(0);
});

test("the desk screen lists them itself: no notification there", async () => {
    await mountAlerts();
    getService("clinic_queue_alerts").isAtDesk = true;
    const due = [{...ROW, id: 8, name: "A-008", level: "Urgent"}];
    server.alerts = {alarms: [], due, may_triage: true};
    await pass(LOOK_AGAIN);
    expect(".o_notification").toHaveCount(0);
    expect(".o_queue_alerts .badge").toHaveText("1");
});

/** One ring has three tones. */
const countRings = () => heard.length / 3;

test("an alarm rings until nobody is left to be seen", async () => {
    server.alerts = {alarms: [{...ROW, id: 7, name: "A-007"}], due: []};
    await mountAlerts();
    expect(countRings()).toBe(1);
    await advanceTime(RING_AGAIN);
    expect(countRings()).toBe(2);
    expect(".o_queue_sound_blocked").toHaveCount(0);
    await contains(".o_queue_leave_alarm").click();
    await advanceTime(3 * RING_AGAIN);
    expect(countRings()).toBe(2);
});

test("the sound is switched off by each user in each browser", async () => {
    server.alerts = {alarms: [{...ROW, id: 7, name: "A-007"}], due: []};
    await mountAlerts();
    await contains(".o_queue_alerts").click();
    expect(".o_queue_sound").toHaveAttribute("aria-checked", "true");
    await contains(".o_queue_sound").click();
    expect(".o_queue_sound").toHaveAttribute("aria-checked", "false");
    expect(".o_queue_sound").toHaveText("Alarms are silent on this device");
    const before = countRings();
    await advanceTime(3 * RING_AGAIN);
    expect(countRings()).toBe(before);
    await contains(".o_queue_sound").click();
    expect(countRings()).toBeGreaterThan(before);
});

test("a sound that the browser blocks is said, and heard after a click", async () => {
    speaker.state = "suspended";
    server.alerts = {alarms: [{...ROW, id: 7, name: "A-007"}], due: []};
    await mountAlerts();
    expect(countRings()).toBe(0);
    expect(".o_queue_sound_blocked").toHaveText(/blocks the sound/);
    speaker.state = "running";
    await contains(".o_queue_sound_blocked").click();
    await animationFrame();
    expect(".o_queue_sound_blocked").toHaveCount(0);
    expect(countRings()).toBe(1);
});

test("who was never triaged is told to who may triage", async () => {
    await mountAlerts();
    const row = {...ROW, id: 8, name: "A-008", level: false, is_first: true};
    server.alerts = {alarms: [], due: [row], may_triage: true};
    await pass(LOOK_AGAIN);
    expect(".o_notification:contains(Triage A-008)").toHaveCount(1);
});

test("one message reminds of all, and of the rest when one was seen to", async () => {
    await mountAlerts();
    const first = {...ROW, id: 8, name: "A-008", level: false, is_first: true};
    const again = {...ROW, id: 9, name: "A-009"};
    server.alerts = {alarms: [], due: [first, again], may_triage: true};
    await pass(LOOK_AGAIN);
    const told = ".o_notification:contains(Triage A-008, and look at A-009 again.)";
    expect(told).toHaveCount(1);
    expect(".o_notification").toHaveCount(1);
    server.alerts = {alarms: [], due: [again], may_triage: true};
    await pass(LOOK_AGAIN);
    expect(".o_notification:contains(Look at A-009 again.)").toHaveCount(1);
    expect(".o_notification").toHaveCount(1);
});

test("more than a few alarms are a tap away", async () => {
    const alarms = [5, 6, 7, 8].map((id) => ({...ROW, id, name: `A-00${id}`}));
    server.alerts = {alarms, due: []};
    await mountAlerts();
    expect(".o_queue_take_alarm").toHaveCount(3);
    expect(".o_queue_more_alarms").toHaveText("1 more to be seen at once: A-008");
    await contains(".o_queue_more_alarms").click();
    expect(".o_queue_take_alarm").toHaveCount(4);
    expect(".o_queue_more_alarms").toHaveCount(0);
});
