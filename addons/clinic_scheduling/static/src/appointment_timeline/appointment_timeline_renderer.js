/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {onWillUnmount, useExternalListener} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {useCalendarPopover} from "@web/views/calendar/hooks/calendar_popover_hook";
import {TimelineRenderer} from "@web_timeline/views/timeline/timeline_renderer.esm";
import {AppointmentPopover} from "@clinic_scheduling/appointment_card/appointment_popover";
import {toGrid} from "@clinic_scheduling/appointment_calendar/open_hours";
import {
    freezeRows,
    snapMove,
} from "@clinic_scheduling/appointment_timeline/timeline_drag";
import {
    getOptions,
    getTimeAxis,
} from "@clinic_scheduling/appointment_timeline/timeline_options";
import {getWindow} from "@clinic_scheduling/appointment_timeline/timeline_window";
import {ColorSelect} from "@clinic_scheduling/colors/color_select";

const {DateTime} = luxon;

/** Hammer.js' DIRECTION_ALL, which vis-timeline means but misspells. */
const ALL_DIRECTIONS = 30;

/** A press that moves further (pixels) is a drag. */
const CLICK_RADIUS = 6;

/** Return the open hours of rows as items of vis-timeline. */
function toBackground(rows) {
    return rows.flatMap(({id, hours}) =>
        hours.map(({start, stop}, index) => ({
            id: `open_${id}_${index}`,
            group: id,
            start: start.toJSDate(),
            end: stop.toJSDate(),
            type: "background",
            className: "o_clinic_open",
        }))
    );
}

export class AppointmentTimelineRenderer extends TimelineRenderer {
    static template = "clinic_scheduling.AppointmentTimelineRenderer";
    static components = {ColorSelect};
    static props = {
        ...TimelineRenderer.props,
        openRecord: Function,
        refresh: Function,
    };

    setup() {
        super.setup();
        this.isFine = false;
        for (const kind of ["pointermove", "keydown", "keyup"]) {
            useExternalListener(document, kind, this.noteShift, {capture: true});
        }
        this.popover = useCalendarPopover(AppointmentPopover);
        onWillUnmount(() => this.timeline?.destroy());
        this.mode.data = "day";
        this.options = {...this.params.options, ...getOptions(this.env.isSmall)};
    }

    /** With Shift a visit moves in small steps. */
    noteShift(ev) {
        this.isFine = ev.shiftKey;
    }

    get title() {
        const {range, scale} = this.model;
        const format = scale === "day" ? DateTime.DATE_HUGE : DateTime.DATE_MED;
        const first = range.start.toLocaleString(format);
        const last = range.end.minus({days: 1}).toLocaleString(format);
        return scale === "day" ? first : `${first} – ${last}`;
    }

    get today() {
        return DateTime.local().startOf("day");
    }

    async setColorMode(mode) {
        await this.model.palette.setMode(mode);
        await this.props.refresh();
    }

    /** Turn to another day or week, or to another scale. */
    async go(values) {
        Object.assign(this.model, values);
        await this.props.refresh();
    }

    step(count) {
        return this.go({date: this.model.date.plus({[`${this.model.scale}s`]: count})});
    }

    endDrag() {
        this.drag?.end();
        this.drag = null;
    }

    /** @override */
    on_move(item, callback) {
        this.endDrag();
        super.on_move(item, callback);
    }

    /** @override on_data_loaded turns the window to what is shown */
    _computeMode() {
        return null;
    }

    /** @override an empty place is booked with one click, not two */
    init_timeline() {
        super.init_timeline();
        if (!this.env.isSmall) {
            // Else a drag straight down, to another doctor, would not start
            this.timeline.itemSet.hammer.get("pan").set({direction: ALL_DIRECTIONS});
        }
        this.canvasRef.el.addEventListener(
            "pointerdown",
            ({clientX, clientY}) => {
                this.pressedAt = [clientX, clientY];
                // A drag may have been broken off
                this.endDrag();
            },
            {capture: true}
        );
        this.timeline.setOptions({
            editable: {...this.options.editable, add: false, remove: false},
            onMoving: (item, callback) => {
                this.drag ||= freezeRows(this.timeline);
                this.drag.over(item.group);
                callback(this.isFine ? item : snapMove(item, this.model.rows));
            },
        });
    }

    /** @override */
    async on_data_loaded(records) {
        const {rows, range, scale} = this.model;
        this.timeline.setGroups(
            rows.map(({id, label}, order) => ({id, order, content: label}))
        );
        const items = records.map((record) => this.model._event_data_transform(record));
        this.timeline.setItems([...toBackground(rows), ...items]);
        const shown = `${range.start.toISO()} ${scale}`;
        if (shown !== this.shown) {
            this.shown = shown;
            const {min, max, start, end} = getWindow(this.model, this.env.isSmall);
            this.timeline.setOptions({min, max, timeAxis: getTimeAxis(scale)});
            this.timeline.setWindow(start, end, {animation: false});
        }
    }

    /** @override */
    getXSSWhiteList() {
        return {
            ...super.getXSSWhiteList(),
            div: ["class", "style", "title"],
            i: ["class"],
        };
    }

    /** @override */
    on_timeline_click(ev) {
        if (this.hasDragged(ev.event)) {
            return;
        }
        if (ev.what === "item") {
            this.openCard(ev);
        } else if (ev.what === "background" && ev.group && this.model.canCreate) {
            this.addAt(ev);
        } else {
            super.on_timeline_click(ev);
        }
    }

    /** Vis-timeline takes the end of a drag for a click, too */
    hasDragged({clientX, clientY}) {
        const [x, y] = this.pressedAt || [clientX, clientY];
        return Math.hypot(clientX - x, clientY - y) > CLICK_RADIUS;
    }

    addAt({group, time}) {
        const row = this.model.rows.find(({id}) => id === group);
        const start = toGrid(DateTime.fromJSDate(time), row.hours).toJSDate();
        this.props.onAdd({group, start});
    }

    openCard({item, event}) {
        const rawRecord = this.model.data.find((record) => record.id === item);
        const target = event.target.closest(".vis-item");
        if (!rawRecord || !target) {
            return;
        }
        const record = {id: item, rawRecord};
        const {openRecord: editRecord, refresh} = this.props;
        const {canEdit, fields, orm, resModel} = this.model;
        const model = {canEdit, fields, orm, resModel, load: refresh};
        this.popover.open(target, {record, model, editRecord}, "o_cw_popover card");
    }

    get emptyText() {
        return this.model.rows.length
            ? ""
            : _t("Nobody has hours or appointments here. Choose another day.");
    }
}
