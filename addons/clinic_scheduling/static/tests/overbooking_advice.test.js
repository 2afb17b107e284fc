/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {beforeEach, describe, expect, test} from "@odoo/hoot";
import {queryAllTexts} from "@odoo/hoot-dom";
import {animationFrame, mockDate} from "@odoo/hoot-mock";
import {
    MockServer,
    contains,
    getService,
    mountView,
    mountWithCleanup,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import {WebClient} from "@web/webclient/webclient";
import {getRanking, makeTicks} from "@clinic_scheduling/model_card/model_card";
import {
    CALENDAR,
    TODAY,
    defineClinicModels,
    mockBus,
    mockGroups,
} from "./clinic_test_helpers";

describe.current.tags("desktop");
defineClinicModels();

const SUGGESTION = {
    id: 7,
    doctor_id: [1, "Dr Ada Martin"],
    site_id: [1, "North"],
    session_label: "Tuesday, 9:00–12:00",
    summary: "6 booked for 6 places: book 1 more",
};

const BOOKING = {type: "ir.actions.act_window", res_model: "clinic.appointment"};

beforeEach(() => {
    mockDate(TODAY, 0);
    mockBus();
    mockGroups();
});

/** Answer with one suggestion, until somebody decides. */
function mockSuggestion(mayDecide, decide) {
    let advice = [SUGGESTION];
    onRpc("clinic.overbooking.advice", "get_suggestions", ({args}) => {
        expect(args[0] < args[1]).toBe(true);
        return {advice, may_decide: mayDecide};
    });
    onRpc("clinic.overbooking.advice", "action_decline", ({args}) => {
        expect.step(["decline", ...args[0]]);
        advice = [];
        return true;
    });
    onRpc("clinic.overbooking.advice", "action_accept", ({args}) => {
        expect.step(["accept", ...args[0]]);
        advice = [];
        return decide;
    });
}

async function mountWithSuggestion(mayDecide, decide) {
    mockSuggestion(mayDecide, decide);
    await mountView({
        type: "calendar",
        resModel: "clinic.appointment",
        arch: CALENDAR,
    });
    await animationFrame();
}

/** Open the calendar as the web client does. */
async function openWithSuggestion(decide) {
    mockSuggestion(true, decide);
    await mountWithCleanup(WebClient);
    const model = MockServer.env["clinic.appointment"];
    patchWithCleanup(model._views, {calendar: CALENDAR});
    await getService("action").doAction({...BOOKING, views: [[false, "calendar"]]});
    await animationFrame();
}

test("a suggestion can be declined", async () => {
    await mountWithSuggestion(true);
    expect(".o_clinic_overbooking_who").toHaveCount(0);
    expect(queryAllTexts(".o_clinic_overbooking li div.small")).toEqual([
        SUGGESTION.session_label,
        "Dr Ada Martin",
        SUGGESTION.summary,
    ]);
    await contains(".o_clinic_overbooking button:contains(Decline)").click();
    await animationFrame();
    expect.verifySteps([["decline", 7]]);
    expect(".o_clinic_overbooking").toHaveCount(0);
});

test("to accept opens the form of the booking", async () => {
    await openWithSuggestion({
        ...BOOKING,
        views: [[false, "form"]],
        context: {default_start: "2030-06-04 09:00:00"},
    });
    await contains(".o_clinic_overbooking button:contains(Accept)").click();
    await animationFrame();
    expect.verifySteps([["accept", 7]]);
    expect(".o_form_view .o_field_widget[name=start]").toHaveCount(1);
    expect(".o_calendar_view").toHaveCount(0);
});

test("a booking that does not open is no decision", async () => {
    expect.errors(1);
    onRpc("clinic.overbooking.advice", "action_reopen", ({args}) => {
        expect.step(["reopen", ...args[0]]);
        return true;
    });
    await openWithSuggestion({...BOOKING, views: [[404, "form"]]});
    await contains(".o_clinic_overbooking button:contains(Accept)").click();
    await animationFrame();
    await animationFrame();
    expect.verifySteps([
        ["accept", 7],
        ["reopen", 7],
    ]);
    expect.verifyErrors([/404/]);
});

test("who may not decide sees it only", async () => {
    await mountWithSuggestion(false);
    expect(".o_clinic_overbooking li").toHaveCount(1);
    expect(".o_clinic_overbooking button").toHaveCount(0);
    expect(".o_clinic_overbooking_who").toHaveCount(1);
});

test("marks of an axis reach the highest value", () => {
    expect(makeTicks(0)).toEqual([0, 0.02]);
    expect(makeTicks(0.3).at(-1)).toBeCloseTo(0.3);
    for (const top of [0.01, 0.08, 0.21, 0.5, 0.77, 1]) {
        const ticks = makeTicks(top);
        expect(ticks.at(-1) >= top - 1e-9).toBe(true);
        expect(ticks.length <= 6).toBe(true);
    }
});

test("one share for everybody tells nobody apart", () => {
    expect(getRanking("constant", {auc: 0.653, slope: 11.25})).toEqual([null, null]);
    expect(getRanking("table", {auc: 0.653, slope: 0.9})).toEqual([0.653, 0.9]);
});
