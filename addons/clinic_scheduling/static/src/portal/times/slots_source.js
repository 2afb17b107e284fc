/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {_t} from "@web/core/l10n/translation";
import {HERE, toDay} from "./zones";

/** Why times could not be loaded, in words for the reader. */
export class SlotsError extends Error {}

/** Make one item of the server's answer readable; `zone`: on whose clock it is shown. */
function toSlot(doctor, site, start, zone) {
    return {
        doctor,
        site,
        start,
        zone,
        day: toDay(start, zone),
        key: `${doctor}-${site}-${start}`,
        place: `${site}-${start}`,
    };
}

async function readRefusal(response) {
    if (response.status === 429) {
        const minutes = Math.ceil(
            (Number(response.headers.get("Retry-After")) || 60) / 60
        );
        return _t(
            "That was a little too often. Please wait %s min and try again.",
            minutes
        );
    }
    const isJson = response.headers.get("Content-Type")?.startsWith("application/json");
    const body = isJson ? await response.json() : {};
    return body.message || _t("The free times could not be loaded.");
}

/**
 * Ask the server for free times.
 *
 * @param {string} address the slots address with service, doctor and site
 * @param {object} wanted `from` ("YYYY-MM-DD" or empty: the first free day), `days`,
 *  `tz` (the visitor's zone, or empty: each time is shown on its site's clock)
 * @returns the answer, with `slots`, `next` and `others` as {doctor, site, start, zone,
 *  day, key}, and `isHere`: whether they are shown on the visitor's clock
 * @throws {SlotsError} when there is no answer
 */
export async function loadSlots(address, wanted) {
    const url = new URL(address, window.location.href);
    for (const [name, value] of Object.entries(wanted)) {
        if (value) {
            url.searchParams.set(name, value);
        }
    }
    const response = await fetch(url, {headers: {Accept: "application/json"}}).catch(
        () => {
            throw new SlotsError(_t("There is no connection. Please try again."));
        }
    );
    if (response.status === 400 && wanted.tz) {
        // A device may know a zone by a name that the server does not
        return loadSlots(address, {...wanted, tz: ""});
    }
    if (!response.ok) {
        throw new SlotsError(await readRefusal(response));
    }
    const answer = await response.json();
    const isHere = Boolean(wanted.tz);
    const make = (doctor, site, start) =>
        toSlot(doctor, site, start, isHere ? HERE : answer.sites[site][1]);
    const slots = answer.slots.flatMap(([doctor, site, starts]) =>
        starts.map((start) => make(doctor, site, start))
    );
    return {
        ...answer,
        isHere,
        zone: isHere ? HERE : answer.zone,
        slots: slots.sort((a, b) => a.start - b.start || a.site - b.site),
        next: answer.next && make(...answer.next),
        others: answer.others.map((item) => make(...item)),
    };
}
