/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

/* global FullCalendar */

import {useExternalListener} from "@odoo/owl";
import {is24HourFormat} from "@web/core/l10n/time";
import {CalendarCommonRenderer} from "@web/views/calendar/calendar_common/calendar_common_renderer";
import {CalendarRenderer} from "@web/views/calendar/calendar_renderer";
import {AppointmentPopover} from "@clinic_scheduling/appointment_card/appointment_popover";
import {
    getLabels,
    getMarks,
} from "@clinic_scheduling/appointment_card/appointment_card";

const {DateTime} = luxon;

/** Visits shorter than this (hours) have room for one line. */
const ONE_LINE = 0.4;

/** States in which a visit can still move. */
const MOVABLE = ["hold", "scheduled", "confirmed", "arrived", "in_progress"];

/** Return the hours when nobody sees patients as events of FullCalendar. */
function getShades({openHours, range}) {
    const toShade = ({start, stop}, display) => ({
        groupId: "open",
        start: start.toISO(),
        end: stop.toISO(),
        display,
        classNames: ["o_clinic_closed"],
    });
    if (openHours?.length) {
        return openHours.map((hours) => toShade(hours, "inverse-background"));
    }
    const all = {start: range.start, stop: range.end};
    return openHours ? [toShade(all, "background")] : [];
}

export class AppointmentCommonRenderer extends CalendarCommonRenderer {
    static components = {
        ...CalendarCommonRenderer.components,
        Popover: AppointmentPopover,
    };
    static eventTemplate = "clinic_scheduling.AppointmentCalendar.event";

    setup() {
        super.setup();
        this.dragged = null;
        this.mirrored = null;
        this.isFine = false;
        for (const kind of ["mousemove", "keydown", "keyup"]) {
            useExternalListener(document, kind, this.noteShift, {capture: true});
        }
    }

    /** With Shift a visit moves in small steps. */
    noteShift(ev) {
        this.isFine = ev.shiftKey;
    }

    /** @override */
    get options() {
        const renderer = this;
        const isWide = !this.env.isSmall;
        const isDay = this.props.model.scale === "day";
        return {
            ...super.options,
            allDaySlot: false,
            eventMaxStack: isDay ? (isWide ? 12 : 4) : isWide ? 4 : 1,
            eventMinHeight: 18,
            eventShortHeight: 18,
            scrollTime: "07:00:00",
            slotDuration: "00:15:00",
            slotEventOverlap: false,
            slotLabelInterval: "01:00:00",
            snapDuration: "00:05:00",
            // Read when the calendar is made: its library is not there before
            get plugins() {
                return [renderer.makeGridPlugin()];
            },
        };
    }

    /** Make visits land on the doctor's grid, wherever the mouse grabs them. */
    makeGridPlugin() {
        return FullCalendar.createPlugin({
            name: "clinic_scheduling.grid",
            eventDragMutationMassagers: [(mutation) => this.snapToGrid(mutation)],
        });
    }

    snapToGrid(mutation) {
        const {days = 0, milliseconds = 0} = mutation.datesDelta || {};
        const record = this.props.model.records[this.dragged];
        if (!record || this.isFine || record.isMonth || !(days || milliseconds)) {
            return;
        }
        const wanted = record.start.plus({days, milliseconds});
        const shift = this.props.model.snap(record, wanted).diff(wanted);
        mutation.datesDelta = {
            ...mutation.datesDelta,
            milliseconds: milliseconds + shift.milliseconds,
        };
    }

    /** @override */
    onEventDragStart(info) {
        this.dragged = info.event.id;
        super.onEventDragStart(info);
    }

    /** @override a visit that snaps back to where it was has not moved */
    onEventDrop(info) {
        if (info.event.start.valueOf() === info.oldEvent.start.valueOf()) {
            this.fc.api.unselect();
        } else {
            super.onEventDrop(info);
        }
    }

    /** @override with a shade on the hours when nobody sees patients */
    mapRecordsToEvents() {
        return [...super.mapRecordsToEvents(), ...getShades(this.props.model.data)];
    }

    /** @override the axis says whether it is morning */
    getStartTime(record) {
        const start = this.mirrored || record.start;
        return start.toFormat(is24HourFormat() ? "HH:mm" : "h:mm");
    }

    /** @override */
    convertRecordToEvent(record) {
        return {
            ...super.convertRecordToEvent(record),
            editable:
                this.props.model.canEdit && MOVABLE.includes(record.rawRecord.state),
        };
    }

    /** @override */
    eventClassNames(info) {
        const classNames = super.eventClassNames(info);
        const record = this.props.model.records[info.event.id];
        if (!record) {
            // The shade of closed hours is no event
            return [];
        }
        classNames.push(`o_clinic_state_${record.rawRecord.state}`);
        if (record.duration < ONE_LINE) {
            classNames.push("o_clinic_short");
        }
        return classNames;
    }

    /** @override while it is dragged a visit says when it would be */
    onEventContent(info) {
        const record = this.props.model.records[info.event.id];
        if (record) {
            const {rawRecord} = record;
            Object.assign(record, getLabels(rawRecord), {
                marks: getMarks(rawRecord),
                late: rawRecord.delay_minutes ? rawRecord.expected_time : "",
            });
        }
        this.mirrored = info.isMirror ? DateTime.fromJSDate(info.event.start) : null;
        return super.onEventContent(info);
    }

    /** @override */
    onEventClick(info) {
        if (this.props.model.records[info.event.id]) {
            super.onEventClick(info);
        }
    }

    /** @override keyboard users open the card with Enter */
    onEventDidMount(info) {
        super.onEventDidMount(info);
        const record = this.props.model.records[info.event.id];
        if (!record) {
            return;
        }
        const {el, event} = info;
        el.tabIndex = 0;
        el.setAttribute("role", "button");
        el.addEventListener("keydown", (ev) => {
            if (ev.key === "Enter" && ev.target === el) {
                ev.preventDefault();
                this.onClick({el, event});
            }
        });
    }
}

export class AppointmentCalendarRenderer extends CalendarRenderer {
    static components = {
        ...CalendarRenderer.components,
        day: AppointmentCommonRenderer,
        week: AppointmentCommonRenderer,
        month: AppointmentCommonRenderer,
    };
}
