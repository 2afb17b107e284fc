/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

/* global vis */

import {is24HourFormat} from "@web/core/l10n/time";
import {snap} from "@clinic_scheduling/appointment_timeline/timeline_window";

const {DateTime} = luxon;

const HOUR = 3600e3;

const toLocal = (date) => DateTime.fromMillis(date.valueOf());

function getMinorLabel(date, scale) {
    const local = toLocal(date);
    if (["day", "weekday"].includes(scale)) {
        return local.toLocaleString({weekday: "short", day: "numeric"});
    }
    return local.toFormat(is24HourFormat() ? "HH:mm" : "h a");
}

/** Put a moment on the user's clock, like all other views. */
function toMoment(date) {
    const moment = vis.moment(date);
    return moment.utcOffset(toLocal(moment).offset);
}

/** Return the distance of the lines: hours of a day, days of a week. */
export function getTimeAxis(scale) {
    return {scale: scale === "week" ? "day" : "hour", step: 1};
}

/** Return the options of vis-timeline that do not depend on what is shown. */
export function getOptions(isSmall) {
    return {
        format: {
            minorLabels: getMinorLabel,
            majorLabels: (date) => toLocal(date).toLocaleString(DateTime.DATE_HUGE),
        },
        groupOrder: "order",
        itemsAlwaysDraggable: {item: !isSmall, range: false},
        // One pixel less: visits that touch stay on one line
        margin: {item: {horizontal: -1, vertical: 2}, axis: 2},
        moment: toMoment,
        multiselect: false,
        orientation: {axis: "top", item: "top"},
        snap,
        timeAxis: getTimeAxis("day"),
        verticalScroll: true,
        visibleFrameTemplate: (item) => item?.label || "",
        zoomMin: HOUR,
    };
}
