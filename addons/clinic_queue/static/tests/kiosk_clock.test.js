/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {describe, expect, test} from "@odoo/hoot";
import {Clock, getDay, realign} from "@clinic_queue/kiosk/clock";

describe.current.tags("desktop");

const MINUTE = 60000;

/** A clock of a tablet that tests set. */
function makeClock(wall = 1000000) {
    const time = {wall, tick: 0};
    const clock = new Clock({now: () => time.wall, ticks: () => time.tick});
    const pass = (passed) => {
        time.wall += passed;
        time.tick += passed;
    };
    return {clock, time, pass};
}

test("the offset is measured in the middle of a question", () => {
    const {clock, pass} = makeClock();
    const sent = clock.now();
    pass(400);
    expect(clock.measure(sent + 200 + 7 * MINUTE, sent)).toBe(0);
    expect(clock.offset).toBe(7 * MINUTE);
    expect(clock.correct()).toBe(clock.now() + 7 * MINUTE);
});

test("time that passes is no jump, a clock that is set is one", () => {
    const {clock, time, pass} = makeClock();
    pass(90 * MINUTE);
    expect(clock.look()).toBe(0);
    expect(clock.generation).toBe(0);
    time.wall -= 60 * MINUTE;
    expect(clock.look()).toBe(-60 * MINUTE);
    expect(clock.generation).toBe(1);
});

test("what was taken before the clock was set moves with it", () => {
    const {clock, time, pass} = makeClock(100 * MINUTE);
    clock.measure(clock.now(), clock.now());
    const before = {taken_at: clock.now(), generation: clock.generation};
    pass(10 * MINUTE);
    time.wall += 60 * MINUTE;
    clock.look();
    const after = {taken_at: clock.now(), generation: clock.generation};
    pass(5 * MINUTE);
    // By the server's clock a quarter of an hour has passed, and no more
    const change = clock.measure(115 * MINUTE, clock.now());
    expect(change).toBe(-60 * MINUTE);
    const [moved, ...others] = realign([before, after], change, clock.generation);
    expect(others).toEqual([]);
    expect(clock.correct(moved.taken_at)).toBe(100 * MINUTE);
    expect(clock.correct(after.taken_at)).toBe(110 * MINUTE);
    expect(realign([moved, after], change, clock.generation)).toEqual([]);
});

test("a tablet that slept moves nothing", () => {
    const {clock, time} = makeClock(100 * MINUTE);
    clock.measure(clock.now(), clock.now());
    const item = {taken_at: clock.now(), generation: clock.generation};
    time.wall += 30 * MINUTE; // Asleep: the inner clock stood still
    const change = clock.measure(130 * MINUTE, clock.now());
    expect(change).toBe(0);
    expect(realign([item], change, clock.generation)).toEqual([]);
});

test("the day is the site's", () => {
    const moment = Date.UTC(2026, 0, 1, 23, 30);
    expect(getDay(moment, "UTC")).toBe("2026-01-01");
    expect(getDay(moment, "Europe/Paris")).toBe("2026-01-02");
    expect(getDay(moment, "America/New_York")).toBe("2026-01-01");
});
