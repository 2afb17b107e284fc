/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {deserializeDateTime} from "@web/core/l10n/dates";

const {DateTime} = luxon;

/** The usual working day (hours), shown even when nobody works so long. */
const USUAL = {from: 8, to: 18};

/** Hours that fit on a phone. */
const SMALL_HOURS = 5;

/** Visits start on multiples of this (minutes). */
const STEP = 5;

/**
 * Return how wide labels may be, as multiples of the visits' own widths:
 * {id: ratio}. A label may run on until the next visit in its row begins.
 *
 * @param {object[]} records in order of their start
 */
export function getLabelRoom(records, {date_start, date_stop, rowField, range}) {
    const room = {};
    const nextStarts = new Map();
    for (const record of records.toReversed()) {
        const start = deserializeDateTime(record[date_start]).toMillis();
        const stop = deserializeDateTime(record[date_stop]).toMillis();
        const row = record[rowField]?.[0];
        const next = nextStarts.get(row) ?? range.end.toMillis();
        room[record.id] = Math.max(1, (next - start) / (stop - start));
        nextStarts.set(row, start);
    }
    return room;
}

/** Round a moment to where visits may start: vis-timeline's `snap`. */
export function snap(date) {
    const step = STEP * 60000;
    return new Date(Math.round(date.valueOf() / step) * step);
}

/** Return the first and last moment of a day at which something happens. */
function getBusyBounds({data, rows, range, date_start, date_stop}) {
    const starts = [range.start.set({hour: USUAL.from})];
    const stops = [range.start.set({hour: USUAL.to})];
    for (const {start, stop} of rows.flatMap((row) => row.hours)) {
        starts.push(start);
        stops.push(stop);
    }
    for (const record of data) {
        starts.push(deserializeDateTime(record[date_start]));
        stops.push(deserializeDateTime(record[date_stop]));
    }
    const first = DateTime.min(...starts).startOf("hour");
    const last = DateTime.max(...stops)
        .plus({minutes: 59})
        .startOf("hour");
    return [DateTime.max(first, range.start), DateTime.min(last, range.end)];
}

/** Return what of the range is shown at first (vis-timeline's options). */
export function getWindow(model, isSmall) {
    const {range, scale} = model;
    const bounds = {min: range.start.toJSDate(), max: range.end.toJSDate()};
    let [start, end] = [range.start, range.end];
    if (scale === "day") {
        [start, end] = getBusyBounds(model);
    }
    if (isSmall) {
        const now = DateTime.local().startOf("hour").minus({hours: 1});
        start = now > start && now < end ? now : start;
        end = start.plus({hours: scale === "day" ? SMALL_HOURS : 24});
    }
    return {...bounds, start: start.toJSDate(), end: end.toJSDate()};
}
