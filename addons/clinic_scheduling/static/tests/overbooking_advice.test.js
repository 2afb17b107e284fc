/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {beforeEach, describe, expect, test} from "@odoo/hoot";
import {queryAllTexts} from "@odoo/hoot-dom";
import {animationFrame, mockDate} from "@odoo/hoot-mock";
import {
    contains,
    getService,
    mountView,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import {makeTicks} from "@clinic_scheduling/model_card/model_card";
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

beforeEach(() => {
    mockDate(TODAY, 0);
    mockBus();
    mockGroups();
});

/** Show the calendar with one suggestion, until somebody decides. */
async function mountWithSuggestion(mayDecide, decide) {
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
    await mountView({
        type: "calendar",
        resModel: "clinic.appointment",
        arch: CALENDAR,
    });
    await animationFrame();
}

test("a suggestion can be declined", async () => {
    await mountWithSuggestion(true);
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

test("to accept opens the booking", async () => {
    const opened = {type: "ir.actions.act_window", res_model: "clinic.appointment"};
    await mountWithSuggestion(true, opened);
    patchWithCleanup(getService("action"), {
        doAction: (action) => expect.step(action.res_model),
    });
    await contains(".o_clinic_overbooking button:contains(Accept)").click();
    await animationFrame();
    expect.verifySteps([["accept", 7], "clinic.appointment"]);
});

test("who may not decide sees it only", async () => {
    await mountWithSuggestion(false);
    expect(".o_clinic_overbooking li").toHaveCount(1);
    expect(".o_clinic_overbooking button").toHaveCount(0);
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
