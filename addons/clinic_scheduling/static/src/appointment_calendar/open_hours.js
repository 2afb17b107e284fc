/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {deserializeDateTime, serializeDateTime} from "@web/core/l10n/dates";

const {DateTime} = luxon;

/** Where a click on a day of the month starts a visit (hour). */
const FIRST_HOUR = 9;

/** Where there are no hours, visits start on multiples of this (minutes). */
const DEFAULT_STEP = 15;

function round(moment, hours, toWhole) {
    const here = hours.find(({start, stop}) => start <= moment && moment < stop);
    const grid = here ? here.grid : moment.startOf("day");
    const step = here?.step || DEFAULT_STEP;
    const minutes = moment.diff(grid, "minutes").minutes;
    const start = grid.plus({minutes: toWhole(minutes / step) * step});
    return here && start >= here.stop ? start.minus({minutes: step}) : start;
}

/**
 * Return the latest start of a visit at or before a moment.
 *
 * @param {luxon.DateTime} moment
 * @param {object[]} hours as from fetchOpenHours
 */
export function toGrid(moment, hours) {
    return round(moment, hours, Math.floor);
}

/** Return the start of a visit that is nearest to a moment; see toGrid. */
export function toNearestGrid(moment, hours) {
    return round(moment, hours, Math.round);
}

/**
 * Return when doctors see patients:
 * {doctor id: [{start, stop, doctorId, siteId, grid, step}]}.
 *
 * Visits start every `step` minutes from `grid`.
 *
 * @param {object} orm
 * @param {number[]} doctorIds
 * @param {{start: luxon.DateTime, end: luxon.DateTime}} range
 */
export async function fetchOpenHours(orm, doctorIds, range) {
    const bounds = [serializeDateTime(range.start), serializeDateTime(range.end)];
    const found = await orm.call("clinic.schedule", "get_open_hours", [
        doctorIds,
        ...bounds,
    ]);
    return Object.fromEntries(
        Object.entries(found).map(([doctorId, hours]) => [
            doctorId,
            hours.map(({start, stop, site_id, grid, step}) => ({
                start: deserializeDateTime(start),
                stop: deserializeDateTime(stop),
                doctorId: Number(doctorId),
                siteId: site_id,
                grid: deserializeDateTime(grid),
                step,
            })),
        ])
    );
}

/**
 * Turn a clicked or drawn stretch into one that a visit can take: a click means the
 * place of the grid, a drawn stretch itself, a day of the month a usual hour.
 */
export function toVisit({start, end, isAllDay}, hours) {
    if (!isAllDay) {
        return end ? {start, end} : {start: toGrid(start, hours)};
    }
    const now = DateTime.local();
    const hour = start.hasSame(now, "day") ? now.hour + 1 : FIRST_HOUR;
    return {start: start.set({hour: Math.min(hour, 23)})};
}
