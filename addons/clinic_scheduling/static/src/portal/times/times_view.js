/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {_t} from "@web/core/l10n/translation";
import {
    addDays,
    format,
    formatDay,
    HERE,
    isOtherClock,
    sayZone,
    toDay,
    toHour,
} from "./zones";

/** Days in the strip. */
export const DAYS = 7;

const PARTS = [
    {until: 12, name: () => _t("Morning")},
    {until: 17, name: () => _t("Afternoon")},
    {until: 24, name: () => _t("Evening")},
];

/** The words for one free time: on the clock it is shown on, and on the other if it differs. */
export function describe(slot, answer) {
    const [site, zone] = answer.sites[slot.site];
    const [date, time] = ["date", "time"].map((name) =>
        format(slot.start, name, slot.zone)
    );
    const when = `${date}, ${time}`;
    const words = [when, answer.doctors[slot.doctor]];
    // Who need not go there is not told where the doctor sits
    if (!answer.isHere) {
        words.push(site);
    }
    if (isOtherClock(slot.start, zone)) {
        words[0] += ` (${sayZone(slot.zone)})`;
        if (answer.isHere) {
            words.push(`${format(slot.start, "moment", zone)} (${sayZone(zone)})`);
        } else {
            words.push(_t("your time: %s", format(slot.start, "moment")));
        }
    }
    return words.join(" · ");
}

function toDays({answer, day}) {
    return [...Array(DAYS).keys()].map((number) => {
        const key = addDays(answer.from, number);
        const count = answer.slots.filter((slot) => slot.day === key).length;
        return {
            key,
            count,
            weekday: formatDay(key, "weekday"),
            number: formatDay(key, "day"),
            hint: count ? _t("free") : _t("nothing free"),
            isShown: key === day,
        };
    });
}

function toChoice(slot, {answer, chosen}, hasSites) {
    return {
        ...slot,
        time: format(slot.start, "time", slot.zone),
        site: hasSites && answer.sites[slot.site][0],
        label: describe(slot, answer),
        isChosen: slot.key === chosen?.key,
    };
}

function toParts(state) {
    const {isHere, sites} = state.answer;
    const hasSites = !isHere && Object.keys(sites).length > 1;
    const mine = state.answer.slots.filter((slot) => slot.day === state.day);
    let since = 0;
    const parts = PARTS.map(({until, name}) => {
        const from = since;
        since = until;
        const here = mine.filter((slot) => {
            const hour = toHour(slot.start, slot.zone);
            return from <= hour && hour < until;
        });
        return {
            name: name(),
            choices: here.map((slot) => toChoice(slot, state, hasSites)),
        };
    });
    return parts.filter((part) => part.choices.length);
}

/** Name the sites' zones that show another time than the visitor's clock. */
function toZoneNote({slots, others, next, sites, isHere}) {
    const known = [...slots, ...others, ...(next ? [next] : [])];
    const zones = known
        .filter((slot) => isOtherClock(slot.start, sites[slot.site][1]))
        .map((slot) => sayZone(sites[slot.site][1]));
    if (!zones.length) {
        return "";
    }
    const names = {here: sayZone(HERE), there: [...new Set(zones)].join(", ")};
    return isHere
        ? _t(
              "Times are shown on your clock (%(here)s). The clinic's clock is %(there)s.",
              names
          )
        : _t(
              "Times are shown on the clinic's clock (%(there)s). Your clock is %(here)s.",
              names
          );
}

/** What the template shows, from what the page knows. */
export function toView(state) {
    const {answer} = state;
    if (!answer) {
        return {...state, days: [], parts: []};
    }
    const last = addDays(answer.from, DAYS - 1);
    return {
        ...state,
        days: toDays(state),
        parts: toParts(state),
        others: answer.others.map((slot) => toChoice(slot, state)),
        next: answer.next && {...answer.next, label: describe(answer.next, answer)},
        range: `${formatDay(answer.from, "short")} – ${formatDay(last, "short")}`,
        date: state.day && formatDay(state.day, "date"),
        zoneNote: toZoneNote(answer),
        hasEarlier: answer.from > toDay(Date.now() / 1000, answer.zone),
        hasLater: !answer.until || addDays(answer.from, DAYS) <= answer.until,
    };
}
