/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {deserializeDateTime, serializeDateTime} from "@web/core/l10n/dates";

/**
 * Return when doctors see patients: {doctor id: [{start, stop, siteId}]}.
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
            hours.map(({start, stop, site_id}) => ({
                start: deserializeDateTime(start),
                stop: deserializeDateTime(stop),
                siteId: site_id,
            })),
        ])
    );
}
