/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {beforeEach, describe, expect, test} from "@odoo/hoot";
import {animationFrame, mockDate} from "@odoo/hoot-mock";
import {
    contains,
    mountView,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import {
    clickEvent,
    moveEventToTime,
} from "@web/../tests/views/calendar/calendar_test_helpers";
import {AppointmentCommonRenderer} from "@clinic_scheduling/appointment_calendar/appointment_calendar_renderer";
import {toNearestGrid} from "@clinic_scheduling/appointment_calendar/open_hours";
import {snapMove} from "@clinic_scheduling/appointment_timeline/timeline_drag";
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
    onRpc("clinic.appointment", "write", ({args}) => {
        expect.step(`${args[1].start} ${args[1].stop}`);
    });
});

const mountCalendar = (props) =>
    mountView({
        type: "calendar",
        resModel: "clinic.appointment",
        arch: CALENDAR,
        ...props,
    });

async function moveTo(time) {
    await moveEventToTime(1, `2030-06-04 ${time}:00`);
    await animationFrame();
}

test("a dragged visit lands on the nearest start of the doctor's grid", async () => {
    await mountCalendar();
    await moveTo("10:30");
    expect.verifySteps(["2030-06-04 10:40:00 2030-06-04 11:10:00"]);
    await moveTo("08:45");
    expect.verifySteps(["2030-06-04 08:40:00 2030-06-04 09:10:00"]);
});

test("with Shift it lands in between", async () => {
    patchWithCleanup(AppointmentCommonRenderer.prototype, {
        noteShift() {
            super.noteShift({shiftKey: true});
        },
    });
    await mountCalendar();
    await moveTo("10:30");
    expect.verifySteps(["2030-06-04 10:35:00 2030-06-04 11:05:00"]);
});

test("outside of hours starts are quarters; none is when the hours end", () => {
    const at = (time) => luxon.DateTime.fromISO(`2030-06-04T${time}`);
    const hours = [
        {start: at("08:00"), stop: at("12:00"), grid: at("08:00"), step: 20},
    ];
    expect(toNearestGrid(at("12:20"), hours)).toEqual(at("12:15"));
    expect(toNearestGrid(at("11:55"), hours)).toEqual(at("11:40"));
});

test("the user is told of each step that the card takes", async () => {
    onRpc("clinic.appointment", "confirm", () => true);
    await mountCalendar();
    await clickEvent(1);
    await contains(".o_clinic_confirm").click();
    expect(".o_notification").toHaveText(/^Confirmed: .*09:00, Dr Ada Martin$/);
});

test("nobody arrives on a day before", async () => {
    mockDate("2030-06-03 08:00:00", 0);
    await mountCalendar({globalState: {clinicDay: "2030-06-04"}});
    await clickEvent(1);
    expect(".o_clinic_confirm").toHaveCount(1);
    expect(".o_clinic_arrive").toHaveCount(0);
});

test("the day of the view before this one is kept", async () => {
    await mountCalendar({globalState: {clinicDay: "2030-06-05"}});
    expect(".fc-col-header-cell[data-date='2030-06-05']").toHaveCount(1);
});

test("doctors see themselves alone in the side panel", async () => {
    mockGroups("group_clinic_doctor");
    onRpc("clinic.doctor", "search_read", ({kwargs}) => {
        const [condition] = kwargs.domain;
        if (condition) {
            expect.step(condition[0]);
            return [{id: 1, display_name: "Dr Ada Martin"}];
        }
    });
    await mountCalendar();
    expect.verifySteps(["user_id"]);
    expect(
        ".o_calendar_filter[data-name=doctor_id] .o_calendar_filter_item"
    ).toHaveCount(1);
});

test("moves in the timeline keep to the row's grid, other changes do not", () => {
    const at = (time) => new Date(`2030-06-04T${time}:00Z`);
    const evt = {start: "2030-06-04 09:00:00", stop: "2030-06-04 09:30:00"};
    const toTime = (text) => luxon.DateTime.fromISO(`2030-06-04T${text}`);
    const hours = [
        {
            start: toTime("08:00"),
            stop: toTime("12:00"),
            grid: toTime("08:00"),
            step: 20,
        },
    ];
    const rows = [{id: 2, hours}];
    const move = (start, end) => snapMove({evt, group: 2, start, end}, rows);
    expect(move(at("10:05"), at("10:35"))).toMatchObject({
        start: at("10:00"),
        end: at("10:30"),
    });
    const longer = move(at("09:00"), at("09:50"));
    expect([longer.start, longer.end]).toEqual([at("09:00"), at("09:50")]);
    expect(move(at("09:00"), at("09:30")).start).toEqual(at("09:00"));
});
