/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {deserializeDateTime} from "@web/core/l10n/dates";
import {is24HourFormat} from "@web/core/l10n/time";
import {_t} from "@web/core/l10n/translation";
import {useService} from "@web/core/utils/hooks";
import {getLabels} from "@clinic_scheduling/appointment_card/appointment_card";

const DAY = {weekday: "short", day: "numeric", month: "short"};

/** What has been done, by kind. */
const TEXTS = {
    booked: (visit) => _t("Booked: %s", visit),
    moved: (visit) => _t("Moved: %s", visit),
    cancelled: (visit) => _t("Cancelled: %s", visit),
    confirm: (visit) => _t("Confirmed: %s", visit),
    arrive: (visit) => _t("Arrived: %s", visit),
    begin: (visit) => _t("Started: %s", visit),
    complete: (visit) => _t("Completed: %s", visit),
    mark_no_show: (visit) => _t("No-show: %s", visit),
    action_later: (visit) => _t("Ten minutes later: %s", visit),
};

/** Return an appointment in a few words: who, when, with whom. */
export function describeVisit(rawRecord) {
    const {patient, doctor} = getLabels(rawRecord);
    const start = deserializeDateTime(rawRecord.start);
    const time = start.toFormat(is24HourFormat() ? "HH:mm" : "h:mm a");
    const when = `${start.toLocaleString(DAY)} ${time}`;
    return [patient, when, doctor].filter(Boolean).join(", ");
}

/**
 * Return what tells the user that something has been done:
 * `tell(kind, rawRecord)`, and `tellOf(kind, model, id)`, which reads the
 * appointment anew, with a way to it when the view shows other days.
 *
 * @param {(day: luxon.DateTime) => Promise} [show] turns the view to a day
 */
export function useBookingNotice(show) {
    const notification = useService("notification");
    const tell = (kind, rawRecord, buttons = []) =>
        notification.add(TEXTS[kind](describeVisit(rawRecord)), {
            type: "success",
            buttons,
        });
    async function tellOf(kind, {orm, resModel, range}, id) {
        const names = ["partner_id", "doctor_id", "start"];
        const [rawRecord] = await orm.read(resModel, [id], names);
        const start = deserializeDateTime(rawRecord.start);
        const isShown = range.start <= start && start < range.end;
        const day = start.startOf("day");
        let close = null;
        const button = {
            name: _t("Show"),
            onClick: () => {
                close();
                return show(day);
            },
        };
        close = tell(kind, rawRecord, isShown ? [] : [button]);
    }
    return {tell, tellOf};
}
