/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {describe, expect, test} from "@odoo/hoot";
import {mockDate} from "@odoo/hoot-mock";
import {contains, mockService, mountWithCleanup} from "@web/../tests/web_test_helpers";
import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {CARD_FIELDS} from "@clinic_scheduling/appointment_card/appointment_card";
import {AppointmentPopover} from "@clinic_scheduling/appointment_card/appointment_popover";

describe.current.tags("desktop");
defineMailModels();

const TOLD = {
    type: "ir.actions.client",
    tag: "display_notification",
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
