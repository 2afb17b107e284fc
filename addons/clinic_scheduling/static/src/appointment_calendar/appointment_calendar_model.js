/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {browser} from "@web/core/browser/browser";
import {serializeDateTime} from "@web/core/l10n/dates";
import {Race} from "@web/core/utils/concurrency";
import {CalendarModel} from "@web/views/calendar/calendar_model";
import {CARD_FIELDS} from "@clinic_scheduling/appointment_card/appointment_card";
import {CalendarFilters} from "@clinic_scheduling/appointment_calendar/calendar_filters";
import {
    fetchOpenHours,
    toNearestGrid,
    toVisit,
} from "@clinic_scheduling/appointment_calendar/open_hours";
import {AppointmentColors} from "@clinic_scheduling/colors/appointment_colors";

const COLOR_KEY = "clinic_scheduling.calendar.colors";

export class AppointmentCalendarModel extends CalendarModel {
    setup(params, services) {
        super.setup(params, services);
        this.race = new Race();
        const {fields, fieldNames, shared = {}} = this.meta;
        const known = CARD_FIELDS.filter((name) => name in fields);
        this.meta.fieldNames = [...new Set([...fieldNames, ...known])];
        this.colors = new AppointmentColors(this.orm, COLOR_KEY, "doctor_id");
        this.filters = new CalendarFilters(this.meta, this.orm, shared.filters);
        this.meta.scale = shared.scale || this.meta.scale;
    }

    /** @override phones have their own scale */
    get storageKey() {
        return super.storageKey + (this.env.isSmall ? "-small" : "");
    }

    /** @override a week is too wide for phones */
    getLocalStorageScale() {
        const isNew = !browser.localStorage.getItem(this.storageKey);
        return this.env.isSmall && isNew ? "day" : super.getLocalStorageScale();
    }

    /** @override */
    get exportedState() {
        return {...super.exportedState, filters: this.filters.checked};
    }

    get range() {
        return this.data.range;
    }

    /** What a link must carry to show the same. */
    get sharedState() {
        const {date, scale} = this.meta;
        return {date: date.toISODate(), scale, filters: this.filters.checked};
    }

    /** @override a load that is overtaken by another one ends with it */
    load(params) {
        return this.race.add(super.load(params));
    }

    /** Load, but show nothing before the promise of `untilIdle` is kept. */
    refresh(untilIdle) {
        return this.race.add(this.loadQuietly(untilIdle));
    }

    async loadQuietly(untilIdle) {
        const before = this.data;
        const data = {...before};
        await this.keepLast.add(this.updateData(data));
        await untilIdle();
        if (this.data === before) {
            this.data = data;
            this.notify();
        }
    }

    async setColorMode(mode) {
        await this.colors.setMode(mode);
        await this.load();
    }

    /** @override */
    async updateData(data) {
        const [hours] = await Promise.all([
            this.loadOpenHours(this.computeRange()),
            super.updateData(data),
        ]);
        data.openHours = hours;
    }

    async loadOpenHours(range) {
        if (!["day", "week"].includes(this.scale)) {
            return null;
        }
        const options = (await this.filters.load()).doctor_id || [];
        const all = options.map(({value}) => value).filter(Boolean);
        const {doctor_id: doctorIds = all, site_id: siteIds} = this.filters.checked;
        const hours = await fetchOpenHours(this.orm, doctorIds, range);
        return Object.values(hours)
            .flat()
            .filter(({siteId}) => !siteIds || siteIds.includes(siteId));
    }

    /** @override all options, not only those with appointments in the range */
    async loadFilters() {
        await this.colors.load();
        const sections = await this.filters.makeSections(this.colors);
        return {sections, dynamicFiltersInfo: {}};
    }

    /** @override */
    computeFiltersDomain() {
        return this.filters.getDomain();
    }

    /** @override */
    async updateFilters(fieldName, filters, active) {
        for (const filter of filters) {
            filter.active = active;
        }
        this.filters.remember(this.data.filterSections);
        await this.debouncedLoad();
    }

    /** @override */
    normalizeRecord(rawRecord) {
        const record = super.normalizeRecord(rawRecord);
        const isCancelled = ["cancelled", "no_show"].includes(rawRecord.state);
        return Object.assign(record, {
            colorIndex: this.colors.getColor(rawRecord),
            duration: record.end.diff(record.start, "hours").hours,
            isHatched: rawRecord.state === "hold",
            isCancelled,
        });
    }

    /** @override what the server refuses goes back to where it was */
    async updateRecord(record) {
        const {context, resModel} = this.meta;
        const values = this.buildRawRecord(record);
        const write = (extra) =>
            this.orm.write(resModel, [record.id], {...values, ...extra}, {context});
        await this.meta.book(write, async (done) => {
            await this.load();
            if (done) {
                await this.meta.tellMoved(record.id);
            }
        });
    }

    /** Return the start on the doctor's grid that is nearest to where a visit goes. */
    snap({rawRecord}, start) {
        const [doctorId] = rawRecord.doctor_id || [];
        const hours = this.data.openHours || [];
        return toNearestGrid(
            start,
            hours.filter((session) => session.doctorId === doctorId)
        );
    }

    /** @override without an end the service's duration decides */
    buildRawRecord({start, end}) {
        const {date_start, date_stop} = this.meta.fieldMapping;
        const values = {[date_start]: serializeDateTime(start)};
        if (date_stop && end?.isValid) {
            values[date_stop] = serializeDateTime(end);
        }
        return values;
    }

    /** Return the default values of a visit that is to be booked. */
    makeContextDefaults(rawRecord) {
        const context = {...this.meta.context};
        for (const [name, value] of Object.entries(rawRecord)) {
            context[`default_${name}`] = value;
        }
        for (const name of ["doctor_id", "site_id"]) {
            const value = this.filters.getSingle(name);
            if (value) {
                context[`default_${name}`] ??= value;
            }
        }
        return context;
    }

    /** Turn a clicked or drawn stretch into one that a visit can take. */
    toVisit(stretch) {
        return toVisit(stretch, this.data.openHours || []);
    }
}
