/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {describe, expect, test} from "@odoo/hoot";
import {mockDate} from "@odoo/hoot-mock";
import {contains, mockService, mountWithCleanup} from "@web/../tests/web_test_helpers";
import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {CARD_FIELDS} from "@clinic_scheduling/appointment_card/appointment_card";
import {AppointmentPopover} from "@clinic_scheduling/appointment_card/appointment_popover";
import {showNumberGiven} from "@clinic_queue/check_in/number_given";

describe.current.tags("desktop");
defineMailModels();

const TOLD = {
    type: "ir.actions.client",
    tag: "clinic_queue.number_given",
    params: {message: "Ada has number A-012.", next: {type: "any"}},
};

const FIELDS = {
    state: {selection: [["confirmed", "Confirmed"]]},
    queue_state: {selection: [["waiting", "Waiting"]]},
};

async function mountCard(values) {
    mockDate("2030-06-04 09:00:00", 0);
    const rawRecord = {
        id: 7,
        name: "APT-7",
        start: "2030-06-04 10:00:00",
        stop: "2030-06-04 10:30:00",
        state: "confirmed",
        partner_id: [1, "Ada"],
        ...values,
    };
    const orm = {
        call: async (...args) => {
            expect.step(args.slice(0, 2).join("."));
            return TOLD;
        },
    };
    const model = {
        orm,
        fields: FIELDS,
        canEdit: true,
        resModel: "clinic.appointment",
        load: async () => expect.step("load"),
    };
    await mountWithCleanup(AppointmentPopover, {
        props: {
            record: {id: 7, rawRecord},
            model,
            close: () => expect.step("close"),
            editRecord: () => expect.step("open"),
        },
    });
}

test("the views of appointments fetch what the card needs", () => {
    expect(CARD_FIELDS).toInclude("may_check_in");
    expect(CARD_FIELDS).toInclude("queue_number");
});

test("who can be checked in gets a number instead of arriving", async () => {
    mockService("action", {doAction: (action) => expect.step(action.params.message)});
    await mountCard({may_check_in: true});
    expect(".o_clinic_arrive").toHaveCount(0);
    await contains(".o_clinic_action_check_in").click();
    expect.verifySteps([
        "close",
        "clinic.appointment.action_check_in",
        "Ada has number A-012.",
        "load",
    ]);
});

test("without a queue, who comes arrives as before", async () => {
    await mountCard({may_check_in: false});
    expect(".o_clinic_action_check_in").toHaveCount(0);
    expect(".o_clinic_arrive").toHaveCount(1);
});

test("the number stands first on the card", async () => {
    await mountCard({queue_number: "A-012", queue_state: "waiting"});
    expect(".o_clinic_card .badge:first").toHaveText("A-012 · Waiting");
});

test("the number stays until it is closed, with its slip and undo", async () => {
    const steps = [];
    const env = {
        services: {
            action: {doAction: async (action) => steps.push(action)},
            notification: {
                add: (message, options) => {
                    steps.push(message);
                    env.options = options;
                    return () => steps.push("close");
                },
            },
            orm: {call: async (...args) => steps.push(args.slice(1)) && "slip"},
        },
    };
    const params = {message: "A-012", tickets: [5], visits: [7], next: "after"};
    expect(showNumberGiven(env, {params})).toBe("after");
    expect(env.options.sticky).toBe(true);
    const [slip, undo] = env.options.buttons;
    await slip.onClick();
    expect(steps).toEqual(["A-012", ["action_print_slip", [[5]]], "slip"]);
    steps.length = 0;
    await undo.onClick();
    expect(steps.slice(0, 2)).toEqual(["close", ["reopen", [[7]]]]);
    expect(steps.at(-1)).toBe("soft_reload");
    showNumberGiven(env, {params: {...params, tickets: [5, 6], visits: []}});
    expect(env.options.buttons).toEqual([]);
});
