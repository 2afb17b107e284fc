/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {beforeEach, describe, expect, test} from "@odoo/hoot";
import {mockDate} from "@odoo/hoot-mock";
import {contains, mountView, onRpc} from "@web/../tests/web_test_helpers";
import {
    clickEvent,
    findEvent,
} from "@web/../tests/views/calendar/calendar_test_helpers";
import {
    CALENDAR,
    TODAY,
    defineClinicModels,
    mockBus,
    mockGroups,
} from "./clinic_test_helpers";

describe.current.tags("desktop");
defineClinicModels();

beforeEach(() => {
    mockDate(TODAY, 0);
    mockBus();
    mockGroups();
});

const mountCalendar = (globalState) =>
    mountView({
        type: "calendar",
        resModel: "clinic.appointment",
        arch: CALENDAR,
        globalState,
    });

test("who did not come is marked after a question", async () => {
    mockDate("2030-06-04 09:05:00", 0);
    onRpc("clinic.appointment", "mark_no_show", ({args}) => {
        expect.step(args);
        return true;
    });
    await mountCalendar();
    await clickEvent(1);
    await contains(".o_clinic_no_show").click();
    expect.verifySteps([]);
    await contains(".modal-footer .btn-primary").click();
    expect.verifySteps([[[1]]]);
    expect(".o_notification").toHaveText(/^No-show: /);
});

test("nobody is missed before the visit, or after it was cancelled", async () => {
    await mountCalendar();
    await clickEvent(1);
    expect(".o_clinic_open").toHaveCount(1);
    expect(".o_clinic_no_show").toHaveCount(0);
    await clickEvent(3);
    expect(".o_clinic_no_show").toHaveCount(0);
    expect(".o_clinic_run_late").toHaveCount(0);
});

test("a doctor runs late, on the day itself", async () => {
    onRpc("clinic.appointment", "action_later", ({args}) => {
        expect.step(args);
        return true;
    });
    await mountCalendar();
    await clickEvent(1);
    expect(".o_clinic_run_late").toHaveText("Running Late");
    await contains(".o_clinic_run_late").click();
    expect.verifySteps([[[1]]]);
    mockDate("2030-06-03 08:00:00", 0);
    await clickEvent(1);
    expect(".o_clinic_run_late").toHaveCount(0);
});

test("cards say when a visit is expected while the doctor is late", async () => {
    onRpc("clinic.appointment", "search_read", ({parent}) => {
        const visits = parent();
        Object.assign(visits[0], {delay_minutes: 20, expected_time: "09:20"});
        return visits;
    });
    await mountCalendar();
    expect(findEvent(1).querySelector(".o_clinic_late")).toHaveText("09:20");
    expect(findEvent(2).querySelector(".o_clinic_late")).toBe(null);
    await clickEvent(1);
    expect(".o_clinic_expected").toHaveText("Expected at 09:20, 20 min late");
    expect(".o_clinic_run_late").toHaveText("+10 min");
});
