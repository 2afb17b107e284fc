/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {browser} from "@web/core/browser/browser";
import {_t} from "@web/core/l10n/translation";
import {getColor} from "@web/views/calendar/utils";

/** Fields by which appointments are coloured. */
export const COLOR_MODES = {
    doctor_id: _t("Doctor"),
    service_id: _t("Service"),
    state: _t("State"),
};

/** Indexes of Odoo's palette. */
export const STATE_COLORS = {
    hold: 3,
    scheduled: 4,
    confirmed: 8,
    arrived: 2,
    in_progress: 11,
    completed: 10,
    cancelled: 12,
    no_show: 1,
};

/** Colours of appointments, by what the user chose; kept in this browser. */
export class AppointmentColors {
    /**
     * @param {object} orm
     * @param {string} storageKey
     * @param {string} defaultMode a key of COLOR_MODES
     */
    constructor(orm, storageKey, defaultMode) {
        this.orm = orm;
        this.storageKey = storageKey;
        const stored = browser.localStorage.getItem(storageKey);
        this.mode = stored in COLOR_MODES ? stored : defaultMode;
        this.palettes = {state: STATE_COLORS};
    }

    /** Fetch what the mode needs. */
    async load() {
        if (!this.palettes[this.mode]) {
            const model =
                this.mode === "doctor_id" ? "clinic.doctor" : "clinic.service";
            const context = {active_test: false};
            const rows = await this.orm.searchRead(model, [], ["color"], {context});
            this.palettes[this.mode] = Object.fromEntries(
                rows.map(({id, color}) => [id, color || id])
            );
        }
    }

    async setMode(mode) {
        this.mode = mode;
        browser.localStorage.setItem(this.storageKey, mode);
        await this.load();
    }

    /** Return the colour of one value of the mode's field. */
    getValueColor(value) {
        return getColor(this.palettes[this.mode]?.[value]) || 0;
    }

    /** Return the colour of an appointment as the server sent it. */
    getColor(rawRecord) {
        const value = rawRecord[this.mode];
        return this.getValueColor(Array.isArray(value) ? value[0] : value);
    }
}
