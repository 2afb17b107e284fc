/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {beforeEach, describe, expect, test} from "@odoo/hoot";
import {advanceTime, animationFrame, mockDate} from "@odoo/hoot-mock";
import {Component, useState, xml} from "@odoo/owl";
import {
    MockServer,
    contains,
    findComponent,
    mountView,
    mountWithCleanup,
    onRpc,
} from "@web/../tests/web_test_helpers";
import {clickEvent} from "@web/../tests/views/calendar/calendar_test_helpers";
import {AppointmentCalendarController} from "@clinic_scheduling/appointment_calendar/appointment_calendar_controller";
import {
    BUSY_WAIT,
    FALLBACK,
    GATHER,
    useClinicLive,
} from "@clinic_scheduling/live/use_clinic_live";
import {CALENDAR, TODAY, defineClinicModels, mockBus} from "./clinic_test_helpers";

describe.current.tags("desktop");
defineClinicModels();
beforeEach(() => mockDate(TODAY, 0));

let busy = false;

class Watcher extends Component {
    static template = xml`<div class="watcher">Watcher</div>`;
    static props = {};
    setup() {
        useClinicLive(
            () => expect.step("reload"),
            () => busy
        );
    }
}

class Parent extends Component {
    static template = xml`<Watcher t-if="state.shown"/>`;
    static components = {Watcher};
    static props = {};
    setup() {
        this.state = useState({shown: true});
    }
}

async function mountWatcher() {
    busy = false;
    const bus = mockBus();
    const parent = await mountWithCleanup(Parent);
    return {bus, parent};
}

test("a burst of pokes leads to one reload, in time", async () => {
    const {bus} = await mountWatcher();
    expect(bus.channels.has("clinic_scheduling.calendar")).toBe(true);
    bus.poke();
    bus.poke();
    await advanceTime(GATHER / 2);
    bus.poke();
    expect.verifySteps([]);
    await advanceTime(1000);
    expect.verifySteps(["reload"]);
    bus.poke();
    await advanceTime(1000);
    expect.verifySteps(["reload"]);
});

test("the reload waits until the user is done", async () => {
    const {bus} = await mountWatcher();
    busy = true;
    bus.poke();
    await advanceTime(5000);
    expect.verifySteps([]);
    busy = false;
    await advanceTime(BUSY_WAIT);
    expect.verifySteps(["reload"]);
});

test("a press delays the reload: it may open a card", async () => {
    const {bus} = await mountWatcher();
    bus.poke();
    await advanceTime(GATHER / 2);
    await contains(".watcher").click();
    await advanceTime(300);
    expect.verifySteps([]);
    await advanceTime(1000);
    expect.verifySteps(["reload"]);
});

test("an open card stays open; the news come when it is closed", async () => {
    const bus = mockBus();
    await mountView({type: "calendar", resModel: "clinic.appointment", arch: CALENDAR});
    await clickEvent(1);
    MockServer.env["clinic.appointment"].write([2], {service_id: false});
    bus.poke();
    await advanceTime(3000);
    expect(".o_clinic_popover").toHaveCount(1);
    expect(".o_clinic_service:contains(Consultation)").toHaveCount(3);
    await contains(".o_clinic_popover .btn-close").click();
    await advanceTime(3000);
    expect(".o_clinic_service:contains(Consultation)").toHaveCount(2);
});

test("loads that are overtaken end, too", async () => {
    mockBus();
    const view = await mountView({
        type: "calendar",
        resModel: "clinic.appointment",
        arch: CALENDAR,
    });
    const {model} = findComponent(
        view,
        (component) => component instanceof AppointmentCalendarController
    );
    await Promise.all([model.load(), model.refresh(() => true), model.load()]);
    expect(Object.keys(model.records)).toEqual(["1", "2", "3"]);
});

test("without the bus it is reloaded each minute, and once when it is back", async () => {
    const {bus} = await mountWatcher();
    await advanceTime(2 * FALLBACK);
    expect.verifySteps([]);
    bus.trigger("BUS:RECONNECTING");
    await advanceTime(FALLBACK + 1000);
    expect.verifySteps(["reload"]);
    bus.trigger("BUS:RECONNECT");
    await advanceTime(1000);
    expect.verifySteps(["reload"]);
    await advanceTime(2 * FALLBACK);
    expect.verifySteps([]);
});

test("nothing is left behind", async () => {
    const {bus, parent} = await mountWatcher();
    bus.poke();
    parent.state.shown = false;
    await animationFrame();
    expect(bus.channels.size).toBe(0);
    expect(bus.callbacks.size).toBe(0);
    await advanceTime(FALLBACK);
    expect.verifySteps([]);
});

for (const [type, arch] of [
    ["calendar", CALENDAR],
    ["list", '<list js_class="clinic_appointment_list"><field name="name"/></list>'],
    [
        "kanban",
        '<kanban js_class="clinic_appointment_kanban"><templates><t t-name="card"><field name="name"/></t></templates></kanban>',
    ],
]) {
    test(`the ${type} shows what somebody else booked`, async () => {
        const bus = mockBus();
        await mountView({type, resModel: "clinic.appointment", arch});
        const method = type === "calendar" ? "search_read" : "web_search_read";
        onRpc("clinic.appointment", method, () => expect.step("read"));
        bus.poke();
        bus.poke();
        await advanceTime(1000);
        expect.verifySteps(["read"]);
    });
}
