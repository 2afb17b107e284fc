/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

/** Days and times as the visitor's browser and language write them. */

/** The zone of the visitor's device. */
export const HERE = Intl.DateTimeFormat().resolvedOptions().timeZone;

const LANG = document.documentElement.lang || undefined;

const FORMATS = {
    weekday: {weekday: "short"},
    day: {day: "numeric"},
    date: {weekday: "long", day: "numeric", month: "long"},
    short: {weekday: "short", day: "numeric", month: "short"},
    time: {hour: "numeric", minute: "2-digit"},
    moment: {
        weekday: "short",
        day: "numeric",
        month: "short",
        hour: "numeric",
        minute: "2-digit",
    },
};
const formatters = new Map();

/**
 * @param {number} seconds epoch
 * @param {string} name of FORMATS
 * @param {string} [zone] the visitor's if it is not given
 */
export function format(seconds, name, zone = HERE) {
    const key = `${name} ${zone}`;
    if (!formatters.has(key)) {
        const options = {...FORMATS[name], timeZone: zone};
        formatters.set(key, new Intl.DateTimeFormat(LANG, options));
    }
    return formatters.get(key).format(seconds * 1000);
}

const partsFormatters = new Map();

function toParts(seconds, zone) {
    if (!partsFormatters.has(zone)) {
        const options = {
            year: "numeric",
            month: "2-digit",
            day: "2-digit",
            hour: "2-digit",
            timeZone: zone,
        };
        partsFormatters.set(zone, new Intl.DateTimeFormat("en-CA-u-hc-h23", options));
    }
    const parts = partsFormatters.get(zone).formatToParts(seconds * 1000);
    return Object.fromEntries(parts.map(({type, value}) => [type, value]));
}

/** The date of an instant on a zone's clock: "YYYY-MM-DD". */
export function toDay(seconds, zone) {
    const {year, month, day} = toParts(seconds, zone);
    return `${year}-${month}-${day}`;
}

/** The hour of an instant on a zone's clock. */
export function toHour(seconds, zone) {
    return Number(toParts(seconds, zone).hour);
}

/** A date some days after another one, both "YYYY-MM-DD". */
export function addDays(day, count) {
    const date = new Date(`${day}T12:00:00Z`);
    date.setUTCDate(date.getUTCDate() + count);
    return date.toISOString().slice(0, 10);
}

/** Words for a date "YYYY-MM-DD". */
export function formatDay(day, name) {
    return format(new Date(`${day}T12:00:00Z`) / 1000, name, "UTC");
}

/** Whether a zone's clock shows another time than the visitor's at an instant. */
export function isOtherClock(seconds, zone) {
    return format(seconds, "moment") !== format(seconds, "moment", zone);
}

/** "America/New_York" as people say it: "New York". */
export function sayZone(zone) {
    return zone.split("/").pop().replaceAll("_", " ");
}
