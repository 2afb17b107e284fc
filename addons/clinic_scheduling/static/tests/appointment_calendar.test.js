/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {beforeEach, describe, expect, test} from "@odoo/hoot";
import {press, queryAllTexts, queryRect} from "@odoo/hoot-dom";
import {advanceTime, animationFrame, mockDate} from "@odoo/hoot-mock";
import {
    contains,
    findComponent,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";
import {omit} from "@web/core/utils/objects";
import {AppointmentCalendarController} from "@clinic_scheduling/appointment_calendar/appointment_calendar_controller";
import {
    clickEvent,
    findEvent,
    findTimeRow,
    moveEventToTime,
    toggleFilter,
} from "@web/../tests/views/calendar/calendar_test_helpers";
import {
    ALTERNATIVE,
    CALENDAR,
    TODAY,
    defineClinicModels,
    makeRefusal,
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

const mountCalendar = (context) =>
    mountView({
        type: "calendar",
        resModel: "clinic.appointment",
        arch: CALENDAR,
        context,
    });

/** Refuse the first write; return the list of what is written. */
function refuseFirst(refusal) {
    const written = [];
    onRpc("clinic.appointment", "write", ({args}) => {
        written.push(args[1]);
        if (written.length === 1) {
            throw refusal;
        }
    });
    return written;
}

async function dragOntoTaken() {
    await moveEventToTime(1, "2030-06-04 10:00:00");
    await animationFrame();
}

/** Where the first visit stands, whatever the scroll. */
const getPlace = () =>
    queryRect(findEvent(1)).top - queryRect(findTimeRow("09:00:00")).top;

test("a refused drag springs back and says why", async () => {
    const written = refuseFirst(makeRefusal());
    await mountCalendar();
    const place = getPlace();
    await dragOntoTaken();
    expect(written).toHaveLength(1);
    expect(Object.keys(written[0])).toEqual(["start", "stop"]);
    expect(written[0].start).toMatch(/^2030-06-04 10:0/);
    expect(".o_clinic_refusal_reason").toHaveText("Dr Ada Martin is already booked.");
    expect(getPlace()).toBe(place);
    expect(".o_clinic_alternative:first").toBeFocused();
    expect(".o_clinic_overbook").toHaveCount(0);
    await press("Escape");
    await animationFrame();
    expect(".o_clinic_refusal").toHaveCount(0);
});

test("a free time is taken with one click", async () => {
    const written = refuseFirst(makeRefusal());
    await mountCalendar();
    await dragOntoTaken();
    expect(queryAllTexts(".o_clinic_alternative")).toEqual([
        ALTERNATIVE.label,
        "Tuesday 10:30",
    ]);
    await contains(".o_clinic_alternative:first").click();
    expect(written[1]).toEqual(omit(ALTERNATIVE, "label"));
    expect(".o_clinic_refusal").toHaveCount(0);
    expect(".o_notification").toHaveText(/^Moved: .*Tue, Jun 4 09:30, Dr Ben Moreau$/);
});

test("a visit that left for another day can be shown", async () => {
    const later = {start: "2030-06-06 09:30:00", stop: "2030-06-06 10:00:00"};
    const written = refuseFirst(makeRefusal("taken", [{...ALTERNATIVE, ...later}]));
    await mountCalendar();
    await dragOntoTaken();
    await contains(".o_clinic_alternative").click();
    expect(written).toHaveLength(2);
    expect(findEvent(1)).toBe(null);
    await contains(".o_notification button:contains(Show)").click();
    expect(findEvent(1)).not.toBe(null);
    expect(".o_notification").toHaveCount(0);
});

test("a refused change of state is not called a matter of time", async () => {
    const refusal = makeRefusal("taken", []);
    refusal.data = {...refusal.data, context: {code: "illegal_transition"}};
    refuseFirst(refusal);
    await mountCalendar();
    await dragOntoTaken();
    expect(".modal-title").toHaveText("This is not possible");
    expect(".o_clinic_refusal").not.toHaveText(/No free time/);
});

test("who may overbook repeats the move above the capacity", async () => {
    mockGroups("group_clinic_overbook");
    const written = refuseFirst(makeRefusal());
    await mountCalendar();
    await dragOntoTaken();
    expect(".o_clinic_exception").toHaveCount(0);
    await contains(".o_clinic_overbook").click();
    expect(written[1]).toEqual({...written[0], overbook: true});
});

test("who may make exceptions gives a reason", async () => {
    mockGroups("group_clinic_overbook", "group_clinic_exception");
    const written = refuseFirst(makeRefusal("outside_availability", []));
    await mountCalendar();
    await dragOntoTaken();
    expect(".o_clinic_overbook").toHaveCount(0);
    expect(".o_clinic_exception button").not.toBeEnabled();
    await contains(".o_clinic_exception input").edit("agreed", {confirm: "enter"});
    expect(written[1]).toEqual({...written[0], exception_reason: "agreed"});
    expect(".o_clinic_refusal").toHaveCount(0);
});

test("other errors spring back, too, and are not hidden", async () => {
    expect.errors(1);
    onRpc("clinic.appointment", "write", () => {
        throw new Error("broken");
    });
    await mountCalendar();
    const place = getPlace();
    await dragOntoTaken();
    expect(getPlace()).toBe(place);
    expect.verifyErrors(["broken"]);
});

test("events show what must not be overlooked", async () => {
    await mountCalendar();
    expect(queryAllTexts(".o_clinic_service")).toEqual(Array(3).fill("Consultation"));
    expect("[data-event-id='2'] [data-name=is_overbooked]").toHaveCount(1);
    expect(findEvent(3)).toHaveClass("o_clinic_state_cancelled");
    expect(findEvent(3)).not.toHaveClass("fc-event-draggable");
    expect(".o_clinic_closed").not.toHaveCount(0);
});

test("the card shows the appointment and takes its next step", async () => {
    onRpc("clinic.appointment", "arrive", ({args}) => {
        expect.step(args);
        return true;
    });
    await mountCalendar();
    await clickEvent(1);
    expect(".o_clinic_popover [data-name=doctor_id]").toHaveText("Dr Ada Martin");
    expect(".o_clinic_open").toBeFocused();
    await contains(".o_clinic_arrive").click();
    expect.verifySteps([[[1]]]);
    expect(".o_clinic_popover").toHaveCount(0);
});

test("cancelling asks first and takes a reason", async () => {
    onRpc("clinic.appointment", "cancel", ({args}) => {
        expect.step(args);
        return true;
    });
    await mountCalendar();
    await clickEvent(1);
    await contains(".o_clinic_cancel").click();
    await contains("#o_clinic_cancel_reason").edit("ill", {confirm: false});
    await contains(".o_clinic_confirm_cancel").click();
    expect.verifySteps([[[1], "ill"]]);
    await clickEvent(3);
    expect(".o_clinic_cancel").toHaveCount(0);
});

test("all doctors can be chosen, and the choice is kept", async () => {
    await mountCalendar();
    expect(
        ".o_calendar_filter[data-name=doctor_id] .o_calendar_filter_item"
    ).toHaveCount(2);
    onRpc("clinic.appointment", "search_read", ({kwargs}) => {
        expect.step(kwargs.domain.filter(([name]) => name === "doctor_id"));
    });
    await toggleFilter("doctor_id", 2);
    await advanceTime(1000);
    expect.verifySteps([[["doctor_id", "in", [1]]]]);
    expect(".fc-event[data-event-id='2']").toHaveCount(0);
    expect(localStorage["clinic_scheduling.calendar.filters"]).toBe(
        '{"doctor_id":[1]}'
    );
});

test("colours follow what the user chose", async () => {
    await mountCalendar();
    expect(findEvent(1)).toHaveClass("o_calendar_color_4");
    await contains(".o_clinic_color_select select").select("service_id");
    await animationFrame();
    expect(findEvent(1)).toHaveClass("o_calendar_color_2");
    await contains(".o_clinic_color_select select").select("state");
    await animationFrame();
    expect(findEvent(3)).toHaveClass("o_calendar_color_12");
});

test("a form that is refused takes one of the free times", async () => {
    onRpc("clinic.appointment", "web_save", ({args}) => {
        const {start, doctor_id} = args[1];
        expect.step(`${start} ${doctor_id}`);
        if (doctor_id === 1) {
            throw makeRefusal();
        }
    });
    const defaults = {doctor_id: 1, site_id: 1, start: "2030-06-04 08:00:00"};
    await mountCalendar(
        Object.fromEntries(
            Object.entries(defaults).map(([k, v]) => [`default_${k}`, v])
        )
    );
    await contains(".o_clinic_new").click();
    await contains(".modal .o_form_button_save").click();
    expect(".o_clinic_refusal").toHaveCount(1);
    await contains(".o_clinic_alternative:first").click();
    expect.verifySteps(["2030-06-04 08:00:00 1", "2030-06-04 09:30:00 2"]);
    expect(".modal").toHaveCount(0);
});

test("a click means the start of the grid, a day of the month a usual hour", async () => {
    const view = await mountCalendar();
    const {model} = findComponent(
        view,
        (component) => component instanceof AppointmentCalendarController
    );
    const at = (text) => luxon.DateTime.fromISO(text);
    const start = at("2030-06-04T08:55");
    expect(model.toVisit({start})).toEqual({start: at("2030-06-04T08:40")});
    const evening = at("2030-06-04T20:25");
    expect(model.toVisit({start: evening})).toEqual({start: at("2030-06-04T20:15")});
    const drawn = {start, end: at("2030-06-04T09:20")};
    expect(model.toVisit(drawn)).toEqual(drawn);
    const day = {start: at("2030-06-20"), isAllDay: true};
    expect(model.toVisit(day)).toEqual({start: at("2030-06-20T09:00")});
});
