/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {deserializeDateTime, serializeDateTime} from "@web/core/l10n/dates";

/** Where there are no hours, visits start on multiples of this (minutes). */
const DEFAULT_STEP = 15;

/**
 * Return the latest start of a visit at or before a moment.
 *
 * @param {luxon.DateTime} moment
 * @param {Object[]} hours as from fetchOpenHours
 */
export function toGrid(moment, hours) {
    const here = hours.find(({start, stop}) => start <= moment && moment < stop);
    const grid = here ? here.grid : moment.startOf("day");
    const step = here?.step || DEFAULT_STEP;
    const minutes = moment.diff(grid, "minutes").minutes;
    return grid.plus({minutes: Math.floor(minutes / step) * step});
}

/**
 * Return when doctors see patients: {doctor id: [{start, stop, siteId, grid, step}]}.
 *
 * Visits start every `step` minutes from `grid`.
 *
 * @param {Object} orm
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
                siteId: site_id,
                grid: deserializeDateTime(grid),
                step,
            })),
        ])
    );
}
