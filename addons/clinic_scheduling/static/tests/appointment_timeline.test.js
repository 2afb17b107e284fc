/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {beforeEach, describe, expect, test} from "@odoo/hoot";
import {queryAllTexts, waitFor} from "@odoo/hoot-dom";
import {advanceTime, animationFrame, mockDate, runAllTimers} from "@odoo/hoot-mock";
import {
    contains,
    mountView,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import {AppointmentTimelineRenderer} from "@clinic_scheduling/appointment_timeline/appointment_timeline_renderer";
import {toDoctorDomain} from "@clinic_scheduling/appointment_timeline/timeline_rows";
import {
    getLabelRoom,
    snap,
} from "@clinic_scheduling/appointment_timeline/timeline_window";
import {
    TIMELINE,
    TODAY,
    defineClinicModels,
    makeRefusal,
    mockBus,
} from "./clinic_test_helpers";

describe.current.tags("desktop");
defineClinicModels();

let renderer = null;

beforeEach(() => {
    mockDate(TODAY, 0);
    mockBus();
    onRpc("has_access", () => true);
    patchWithCleanup(AppointmentTimelineRenderer.prototype, {
        setup() {
            super.setup();
            renderer = this;
        },
    });
});

async function mountTimeline() {
    await mountView({type: "timeline", resModel: "clinic.appointment", arch: TIMELINE});
    await waitFor(".vis-label");
    await runAllTimers();
    await animationFrame();
}

/** Do what vis-timeline does when an item is dropped. */
async function move(id, group) {
    const answers = [];
    const item = {
        id,
        group,
        start: new Date(2030, 5, 4, 10),
        end: new Date(2030, 5, 4, 11),
    };
    renderer.props.onMove(item, (answer) => answers.push(answer));
    await advanceTime(100);
    await animationFrame();
    return answers;
}

test("each doctor with hours or visits has a row", async () => {
    onRpc("clinic.appointment", "check_access_rights", () => expect.step("deprecated"));
    await mountTimeline();
    expect(queryAllTexts(".vis-label")).toEqual(["Dr Ada Martin", "Dr Ben Moreau"]);
    expect(".vis-item.vis-range").toHaveCount(3);
    expect(".vis-item.o_clinic_open").toHaveCount(2);
    expect.verifySteps([]);
});

test("no more than the day that is shown is read", async () => {
    onRpc("clinic.appointment", "search_read", ({kwargs}) => {
        expect.step(JSON.stringify(kwargs.domain));
    });
    await mountTimeline();
    await contains(".o_clinic_next").click();
    const read = (first, last) =>
        `["&",["start","<","${last} 00:00:00"],["stop",">","${first} 00:00:00"]]`;
    expect.verifySteps([
        read("2030-06-04", "2030-06-05"),
        read("2030-06-05", "2030-06-06"),
    ]);
    expect(".vis-item.vis-range").toHaveCount(0);
});

test("a visit moves to another doctor", async () => {
    onRpc("clinic.appointment", "write", ({args}) => expect.step(args[1].doctor_id));
    await mountTimeline();
    const [answer] = await move(1, 2);
    expect(answer.id).toBe(1);
    expect.verifySteps([2]);
});

test("a refused move springs back and says why", async () => {
    onRpc("clinic.appointment", "write", () => {
        throw makeRefusal();
    });
    await mountTimeline();
    expect(await move(1, 2)).toEqual([null]);
    expect(".o_clinic_refusal").toHaveCount(1);
    expect(".o_clinic_alternative:first").toBeFocused();
});

test("a search for appointments is read as one for doctors", () => {
    const domain = ["|", ["doctor_id", "=", 3], ["site_id.name", "ilike", "n"]];
    expect(toDoctorDomain(domain)).toEqual([
        "|",
        ["id", "=", 3],
        ["site_ids.name", "ilike", "n"],
    ]);
    expect(toDoctorDomain([["doctor_id", "ilike", "ada"]])).toEqual([
        ["name", "ilike", "ada"],
    ]);
    expect(toDoctorDomain([["state", "=", "hold"]])).toEqual([[1, "=", 1]]);
    expect(toDoctorDomain(["!", ["doctor_id", "=", 3]])).toEqual([]);
});

test("labels run on until the next visit; starts snap to five minutes", () => {
    const make = (id, start, stop) => ({id, doctor_id: [1], start, stop});
    const records = [
        make(1, "2030-06-04 09:00:00", "2030-06-04 09:10:00"),
        make(2, "2030-06-04 09:30:00", "2030-06-04 10:00:00"),
    ];
    const end = luxon.DateTime.fromISO("2030-06-04T11:00:00Z");
    const names = {date_start: "start", date_stop: "stop", rowField: "doctor_id"};
    expect(getLabelRoom(records, {...names, range: {end}})).toEqual({1: 3, 2: 3});
    const snapped = snap(new Date("2030-06-04T09:03:00Z"));
    expect(snapped.toISOString()).toBe("2030-06-04T09:05:00.000Z");
});
