/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {CalendarModel} from "@web/views/calendar/calendar_model";
import {calendarView} from "@web/views/calendar/calendar_view";
import {registry} from "@web/core/registry";

export class ShowcaseCalendarModel extends CalendarModel {
    /** @override what the server refuses goes back to where it was */
    async updateRecord(record) {
        try {
            return await super.updateRecord(record);
        } catch (error) {
            await this.load();
            throw error;
        }
    }
}

registry.category("views").add("pharma_showcase_calendar", {
    ...calendarView,
    Model: ShowcaseCalendarModel,
});
