/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {beforeEach, describe, expect, test} from "@odoo/hoot";
import {queryAllTexts} from "@odoo/hoot-dom";
import {Deferred, advanceTime, animationFrame, mockDate} from "@odoo/hoot-mock";
import {
    MockServer,
    contains,
    getService,
    makeServerError,
    mountView,
    mountWithCleanup,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import {toggleFilter} from "@web/../tests/views/calendar/calendar_test_helpers";
import {WebClient} from "@web/webclient/webclient";
import {
    CALENDAR,
    TODAY,
    defineClinicModels,
    mockBus,
    mockGroups,
} from "./clinic_test_helpers";

describe.current.tags("desktop");
defineClinicModels();

const OPEN = {
    id: 5,
    doctor_id: [1, "Dr Ada Martin"],
    site_id: [1, "North"],
    service_id: [1, "Consultation"],
    time_slot: "Tuesday, 10:00–10:30",
    state: "open",
    step: "To be offered",
    waiting: 0,
};
const OFFERED = {
    ...OPEN,
    state: "offered",
    step: "Offered until 10:05",
    waiting: 2,
};
const FILL = ".o_clinic_gaps button:contains(Fill This Gap)";

let bus = null;

beforeEach(() => {
    mockDate(TODAY, 0);
    bus = mockBus();
    mockGroups();
});

/** Answer with these gaps, until `shown.gaps` are others. */
function mockGaps(...gaps) {
    const shown = {gaps, mayFill: true, asked: []};
    onRpc("clinic.waitlist.gap", "get_open_gaps", ({args, kwargs}) => {
        shown.asked.push({bounds: args, ...kwargs});
        return {gaps: shown.gaps, may_fill: shown.mayFill};
    });
    return shown;
}

async function mountCalendar() {
    await mountView({
        type: "calendar",
        resModel: "clinic.appointment",
        arch: CALENDAR,
    });
    await animationFrame();
}

test("a card says what is free, and where its offers are", async () => {
    const shown = mockGaps(OPEN, {...OFFERED, id: 6});
    await mountCalendar();
    expect(shown.asked).toHaveLength(1);
    expect(shown.asked[0].bounds[0] < shown.asked[0].bounds[1]).toBe(true);
    expect(queryAllTexts(".o_clinic_gaps li:first div.small")).toEqual([
        OPEN.time_slot,
        "Dr Ada Martin · North",
        "Consultation",
        "To be offered",
    ]);
    expect(".o_clinic_gaps li:last .o_clinic_gap_step").toHaveText(
        /Offered until 10:05\s+·\s+2 next in line/
    );
    expect(FILL).toHaveCount(1);
    expect(FILL).toHaveAttribute(
        "aria-label",
        "Fill This Gap: Tuesday, 10:00–10:30, Dr Ada Martin"
    );
});

test("nothing is shown when nothing is open", async () => {
    mockGaps();
    await mountCalendar();
    expect(".o_clinic_gaps").toHaveCount(0);
});

test("who may not book sees it only", async () => {
    mockGaps(OPEN).mayFill = false;
    await mountCalendar();
    expect(".o_clinic_gaps li").toHaveCount(1);
    expect(FILL).toHaveCount(0);
});

test("one click offers, and says to whom", async () => {
    const shown = mockGaps(OPEN);
    const answer = new Deferred();
    onRpc("clinic.waitlist.gap", "action_fill_now", async ({args}) => {
        expect.step(args[0]);
        shown.gaps = [OFFERED];
        await answer;
        return {is_offered: true, message: "Offered to Wanda First until 10:05"};
    });
    await mountCalendar();
    await contains(FILL).click();
    expect(FILL).toHaveAttribute("disabled");
    answer.resolve();
    await animationFrame();
    await animationFrame();
    expect.verifySteps([[5]]);
    expect(".o_notification .o_notification_bar.bg-success").toHaveCount(1);
    expect(".o_notification").toHaveText(/Offered to Wanda First until 10:05/);
    expect(".o_clinic_gap_step").toHaveText(/Offered until 10:05/);
    expect(FILL).toHaveCount(0);
});

test("one click says why nobody gets it", async () => {
    mockGaps(OPEN);
    onRpc("clinic.waitlist.gap", "action_fill_now", () => ({
        is_offered: false,
        message: "Nobody who waits can take this time.",
    }));
    await mountCalendar();
    await contains(FILL).click();
    await animationFrame();
    expect(".o_notification").toHaveText(/Nobody who waits can take this time\./);
});

test("a call that fails is told, and the cards are read again", async () => {
    expect.errors(1);
    const shown = mockGaps(OPEN);
    onRpc("clinic.waitlist.gap", "action_fill_now", () => {
        shown.gaps = [];
        throw makeServerError({message: "This time is over."});
    });
    await mountCalendar();
    await contains(FILL).click();
    await animationFrame();
    await animationFrame();
    expect.verifyErrors([/This time is over/]);
    expect(".o_dialog").toHaveText(/This time is over/);
    expect(".o_clinic_gaps").toHaveCount(0);
});

test("the calendar's filters count", async () => {
    const shown = mockGaps(OPEN);
    await mountCalendar();
    expect(shown.asked[0].doctor_ids).toBe(undefined);
    await toggleFilter("doctor_id", 2);
    await animationFrame();
    await advanceTime(500);
    expect(shown.asked.at(-1).doctor_ids).toEqual([1]);
});

test("what others do is shown", async () => {
    const shown = mockGaps(OPEN);
    await mountCalendar();
    shown.gaps = [OFFERED];
    bus.poke();
    await advanceTime(1000);
    await animationFrame();
    expect(".o_clinic_gap_step").toHaveText(/Offered until 10:05/);
    expect(shown.asked).toHaveLength(2);
});

test("details open the gap", async () => {
    mockGaps(OPEN);
    await mountWithCleanup(WebClient);
    const model = MockServer.env["clinic.appointment"];
    patchWithCleanup(model._views, {calendar: CALENDAR});
    await getService("action").doAction({
        type: "ir.actions.act_window",
        res_model: "clinic.appointment",
        views: [[false, "calendar"]],
    });
    await animationFrame();
    await contains(".o_clinic_gaps button:contains(Details)").click();
    await animationFrame();
    expect(".o_form_view .o_field_widget[name=time_slot] input").toHaveValue(
        OPEN.time_slot
    );
});
