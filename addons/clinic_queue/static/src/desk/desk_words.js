/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {markup} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {deserializeDateTime, formatDateTime} from "@web/core/l10n/dates";

const {DateTime} = luxon;

/** Return a time of the server as the user's wall clock shows it. */
export function formatTime(value) {
    const moment = deserializeDateTime(value);
    const isToday = moment.hasSame(DateTime.local(), "day");
    return isToday
        ? moment.toLocaleString(DateTime.TIME_SIMPLE)
        : formatDateTime(moment, {showSeconds: false});
}

/** Return minutes in words: "5 min", "1 h 20 min". */
export function formatMinutes(minutes) {
    if (minutes < 60) {
        return _t("%s min", minutes);
    }
    const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
    return rest ? _t("%(hours)s h %(rest)s min", {hours, rest}) : _t("%s h", hours);
}

/** Return how long a ticket has waited, in whole minutes. */
export function getWaited(ticket, now) {
    return Math.max(Math.floor((now - ticket.clock) / 60), 0);
}

/** Return for how many whole minutes something has been due. */
export function getOverdue(dueAt, now) {
    const due = deserializeDateTime(dueAt).toSeconds();
    return Math.max(Math.floor((now - due) / 60), 0);
}

/** Return who must be seen at once, as what, and with which signs. */
export function formatAlarm({level, signs}) {
    const values = {
        level: markup`<b>${level}</b>`,
        signs: markup`<b class="o_queue_signs">${signs}</b>`,
    };
    return signs
        ? _t("%(level)s: %(signs)s: to be seen at once.", values)
        : _t("%(level)s: to be seen at once.", values);
}

/** Return who went to an alarm, and did nothing for too long. */
export function formatUnheeded(who, moment) {
    const values = {who, time: formatTime(moment)};
    return _t("%(who)s went at %(time)s, still not seen", values);
}

/** Return the band of an estimate in words. */
export function formatBand(ticket) {
    if (ticket.high === null) {
        return _t("No open desk serves this yet");
    }
    if (!ticket.high) {
        return _t("now");
    }
    if (!ticket.low) {
        return _t("within %s", formatMinutes(ticket.high));
    }
    if (ticket.low === ticket.high) {
        return _t("in about %s", formatMinutes(ticket.high));
    }
    if (ticket.high < 60) {
        return _t("in %(low)s to %(high)s min", {low: ticket.low, high: ticket.high});
    }
    return _t("in %(low)s to %(high)s", {
        low: formatMinutes(ticket.low),
        high: formatMinutes(ticket.high),
    });
}

/** Return whether somebody walked in, or when their appointment is. */
export function formatKind(ticket) {
    return ticket.slot ? _t("Appointment %s", formatTime(ticket.slot)) : _t("Walk-in");
}
