/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {beforeEach, describe, expect, test} from "@odoo/hoot";
import {mockDate} from "@odoo/hoot-mock";
import {mountView} from "@web/../tests/web_test_helpers";
import {CALENDAR, TODAY, defineClinicModels, mockBus} from "./clinic_test_helpers";

describe.current.tags("mobile");
defineClinicModels();

beforeEach(() => {
    mockDate(TODAY, 0);
    mockBus();
});

test("phones open the calendar with one day", async () => {
    await mountView({
        type: "calendar",
        resModel: "clinic.appointment",
        arch: CALENDAR.replace('mode="day"', 'mode="week"'),
    });
    expect(".fc-timeGridDay-view").toHaveCount(1);
    expect(".fc-timeGridWeek-view").toHaveCount(0);
});
