/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {onWillStart} from "@odoo/owl";
import {Domain} from "@web/core/domain";
import {deserializeDateTime, serializeDateTime} from "@web/core/l10n/dates";
import {localization} from "@web/core/l10n/localization";
import {user} from "@web/core/user";
import {KeepLast, Race} from "@web/core/utils/concurrency";
import {renderToString} from "@web/core/utils/render";
import {TimelineModel} from "@web_timeline/views/timeline/timeline_model.esm";
import {
    CARD_FIELDS,
    getLabels,
    getMarks,
} from "@clinic_scheduling/appointment_card/appointment_card";
import {fetchRows} from "@clinic_scheduling/appointment_timeline/timeline_rows";
import {getLabelRoom} from "@clinic_scheduling/appointment_timeline/timeline_window";
import {AppointmentColors} from "@clinic_scheduling/colors/appointment_colors";

const {DateTime} = luxon;

const COLOR_KEY = "clinic_scheduling.timeline.colors";

/** States in which a visit can still move. */
const MOVABLE = ["hold", "scheduled", "confirmed", "arrived", "in_progress"];

/** Appointments of one day or week, in rows. */
export class AppointmentTimelineModel extends TimelineModel {
    /** @override reads no more than the shown range; rights by today's method */
    setup(params) {
        this.params = params;
        this.model_name = this.resModel = params.resModel;
        this.fields = params.fields;
        this.date_start = params.date_start;
        this.date_stop = params.date_stop;
        this.default_group_by = params.default_group_by;
        this.last_group_bys = [params.default_group_by];
        this.fieldNames = [...new Set([...params.fieldNames, ...CARD_FIELDS])].filter(
            (name) => name in params.fields
        );
        this.keepLast = new KeepLast();
        this.race = new Race();
        this.palette = new AppointmentColors(this.orm, COLOR_KEY, "state");
        Object.assign(this, {date: DateTime.local().startOf("day"), scale: "day"});
        Object.assign(this, {data: [], rows: [], room: {}});
        onWillStart(async () => {
            [this.write_right, this.create_right] = await Promise.all([
                user.checkAccessRight(this.resModel, "write"),
                user.checkAccessRight(this.resModel, "create"),
            ]);
        });
    }

    /** @override appointments are cancelled, not deleted */
    get canDelete() {
        return false;
    }

    get range() {
        let start = this.date.startOf("day");
        if (this.scale === "week") {
            const weekStart = (localization.weekStart || 0) % 7;
            start = start.minus({days: (start.weekday - weekStart + 7) % 7});
        }
        return {start, end: start.plus({days: this.scale === "week" ? 7 : 1})};
    }

    /** What a link must carry to show the same. */
    get sharedState() {
        return {date: this.date.toISODate(), scale: this.scale};
    }

    /** Start from a state like sharedState. */
    restore({date, scale}) {
        const day = date && DateTime.fromISO(date);
        this.date = day?.isValid ? day.startOf("day") : this.date;
        this.scale = ["day", "week"].includes(scale) ? scale : this.scale;
    }

    /** @override a load that is overtaken by another one ends with it */
    load(searchParams = this.searchParams, untilIdle) {
        this.searchParams = searchParams;
        return this.race.add(this.loadAndShow(searchParams, untilIdle));
    }

    async loadAndShow({context, domain, groupBy = []}, untilIdle) {
        const isRow = this.fields[groupBy[0]]?.type === "many2one";
        this.last_group_bys = [isRow ? groupBy[0] : this.default_group_by];
        const before = this.data;
        const loaded = await this.keepLast.add(this.fetch(domain, context));
        await untilIdle?.();
        if (this.data === before) {
            Object.assign(this, loaded);
            this.notify();
        }
    }

    async fetch(domain, context) {
        const {range} = this;
        const [rowField] = this.last_group_bys;
        const within = [
            [this.date_start, "<", serializeDateTime(range.end)],
            [this.date_stop, ">", serializeDateTime(range.start)],
        ];
        const [data] = await Promise.all([
            this.orm.searchRead(
                this.resModel,
                Domain.and([domain, within]).toList({}),
                [...new Set([...this.fieldNames, rowField])],
                {context, order: this.date_start}
            ),
            this.palette.load(),
        ]);
        const rows = await fetchRows(this.orm, rowField, data, range, {
            context,
            domain,
        });
        const {date_start, date_stop} = this;
        const room = getLabelRoom(data, {date_start, date_stop, rowField, range});
        return {data, rows, room};
    }

    /** @override */
    _event_data_transform(record) {
        const [row] = this.last_group_bys;
        const isMovable = this.canEdit && MOVABLE.includes(record.state);
        return {
            id: record.id,
            group: record[row]?.[0] ?? -1,
            start: deserializeDateTime(record[this.date_start]).toJSDate(),
            end: deserializeDateTime(record[this.date_stop]).toJSDate(),
            content: "",
            label: renderToString("clinic_scheduling.AppointmentTimeline.item", {
                ...getLabels(record),
                marks: getMarks(record),
                width: Math.floor(100 * this.room[record.id]),
            }),
            className: [
                `o_clinic_color_${this.palette.getColor(record)}`,
                `o_clinic_state_${record.state}`,
            ].join(" "),
            editable: {updateTime: isMovable, updateGroup: isMovable, remove: false},
            type: "range",
            evt: record,
        };
    }
}
