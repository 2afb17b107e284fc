/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {Domain} from "@web/core/domain";
import {fetchOpenHours} from "@clinic_scheduling/appointment_calendar/open_hours";
import {getSeenDoctors} from "@clinic_scheduling/doctors/seen_doctors";

/** Fields of appointments, as the doctor knows them. */
const DOCTOR_PATHS = {
    doctor_id: "id",
    site_id: "site_ids",
    specialty_id: "specialty_ids",
};

function toDoctorLeaf([path, operator, value]) {
    const [root, ...rest] = String(path).split(".");
    let field = DOCTOR_PATHS[root];
    if (!field) {
        return [1, "=", 1];
    }
    if (field === "id" && (rest.length || typeof value === "string")) {
        field = rest.shift() || "name";
    }
    return [[field, ...rest].join("."), operator, value];
}

/**
 * Return which doctors a search for appointments may be about.
 *
 * Conditions on other things than doctor, site and specialty are taken as met.
 */
export function toDoctorDomain(domain) {
    const list = new Domain(domain).toList({});
    if (list.includes("!")) {
        return [];
    }
    return list.map((item) => (Array.isArray(item) ? toDoctorLeaf(item) : item));
}

/** Return the rows of a many2one field from the appointments themselves. */
function rowsOfRecords(records, fieldName) {
    const rows = new Map();
    for (const record of records) {
        const [id, label] = record[fieldName] || [];
        if (id) {
            rows.set(id, {id, label, hours: []});
        }
    }
    return [...rows.values()].sort((a, b) => a.label.localeCompare(b.label));
}

/**
 * Return the rows for doctors: who has appointments or hours in the range.
 *
 * Each row: {id, label, hours: [{start, stop, siteId}]}.
 */
async function fetchDoctorRows(orm, records, range, {context, domain}) {
    const booked = new Set(records.map((record) => record.doctor_id[0]));
    const hit = Domain.and([toDoctorDomain(domain), await getSeenDoctors()]);
    const search = Domain.or([hit, [["id", "in", [...booked]]]]);
    const doctors = await orm.searchRead(
        "clinic.doctor",
        search.toList({}),
        ["display_name"],
        {
            context,
        }
    );
    const ids = doctors.map((doctor) => doctor.id);
    const hours = ids.length ? await fetchOpenHours(orm, ids, range) : {};
    return doctors
        .map(({id, display_name}) => ({
            id,
            label: display_name,
            hours: hours[id] || [],
        }))
        .filter((row) => row.hours.length || booked.has(row.id));
}

/** Return the rows of the timeline for the records that it shows. */
export async function fetchRows(orm, fieldName, records, range, search) {
    if (fieldName === "doctor_id") {
        return fetchDoctorRows(orm, records, range, search);
    }
    return rowsOfRecords(records, fieldName);
}
