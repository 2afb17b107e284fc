/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

/**
 * The side panel of the calendar offers all doctors, specialties, sites and states,
 * also those without an appointment in sight, and keeps what is unchecked.
 */

import {browser} from "@web/core/browser/browser";
import {_t} from "@web/core/l10n/translation";
import {getSeenDoctors} from "@clinic_scheduling/doctors/seen_doctors";

const STORAGE_KEY = "clinic_scheduling.calendar.filters";
const LIMIT = 500;

/** Sections in the order of use; others follow. */
const ORDER = ["doctor_id", "site_id", "specialty_id", "state"];

export class CalendarFilters {
    /**
     * @param {object} meta of the calendar's model
     * @param {object} orm
     * @param {object} [shared] {field: [checked values]} of a shared link
     */
    constructor(meta, orm, shared) {
        Object.assign(this, {meta, orm});
        /** {field: [checked values]}; a field that is missing is not filtered */
        this.checked = shared || this.getStored();
    }

    get infos() {
        const rank = ({fieldName}) => ORDER.indexOf(fieldName) + 1 || ORDER.length + 1;
        const infos = Object.values(this.meta.filtersInfo);
        return infos.sort((a, b) => rank(a) - rank(b));
    }

    getStored() {
        try {
            const text = browser.localStorage.getItem(STORAGE_KEY);
            return JSON.parse(text) || {};
        } catch {
            return {};
        }
    }

    /** Fetch the options once: {field: [{value, label}]}. */
    async load() {
        this.options ??= Promise.all(
            this.infos.map(async (info) => [
                info.fieldName,
                await this.loadOptions(info.fieldName),
            ])
        ).then(Object.fromEntries);
        return this.options;
    }

    async loadOptions(fieldName) {
        const field = this.meta.fields[fieldName];
        if (field.type === "selection") {
            return field.selection.map(([value, label]) => ({value, label}));
        }
        const domain = fieldName === "doctor_id" ? await getSeenDoctors() : [];
        const rows = await this.orm.searchRead(
            field.relation,
            domain,
            ["display_name"],
            {limit: LIMIT, context: this.meta.context}
        );
        const options = rows.map((row) => ({value: row.id, label: row.display_name}));
        if (!field.required) {
            options.push({value: false, label: _t("None")});
        }
        return options;
    }

    /** Return the sections of the side panel. */
    async makeSections(colors) {
        const options = await this.load();
        const sections = {};
        for (const info of this.infos) {
            const {fieldName, avatarFieldName, label, resModel} = info;
            sections[fieldName] = {
                label,
                fieldName,
                filters: options[fieldName].map((option) =>
                    this.makeFilter(fieldName, option, colors)
                ),
                avatar: {field: avatarFieldName, model: resModel},
                hasAvatar: Boolean(avatarFieldName),
                write: {field: null, model: null},
                canAddFilter: false,
            };
        }
        return sections;
    }

    makeFilter(fieldName, {value, label}, colors) {
        const checked = this.checked[fieldName];
        return {
            type: "dynamic",
            recordId: null,
            value,
            label,
            active: !checked || checked.includes(value),
            canRemove: false,
            colorIndex: colors.mode === fieldName ? colors.getValueColor(value) : null,
            hasAvatar: Boolean(value),
        };
    }

    /** Keep what is checked now. */
    remember(sections) {
        this.checked = {};
        for (const {fieldName, filters} of Object.values(sections)) {
            if (filters.some((filter) => !filter.active)) {
                const active = filters.filter((filter) => filter.active);
                this.checked[fieldName] = active.map((filter) => filter.value);
            }
        }
        browser.localStorage.setItem(STORAGE_KEY, JSON.stringify(this.checked));
    }

    /** Return the domain of what is checked. */
    getDomain() {
        return Object.entries(this.checked)
            .filter(([fieldName]) => fieldName in this.meta.filtersInfo)
            .map(([fieldName, values]) => [fieldName, "in", values]);
    }

    /** Return the only checked value of a field, if there is just one. */
    getSingle(fieldName) {
        const values = this.checked[fieldName] || [];
        return values.length === 1 ? values[0] : false;
    }
}
