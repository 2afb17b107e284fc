/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {CalendarCommonRenderer} from "@web/views/calendar/calendar_common/calendar_common_renderer";
import {CalendarRenderer} from "@web/views/calendar/calendar_renderer";
import {calendarView} from "@web/views/calendar/calendar_view";
import {registry} from "@web/core/registry";

/** Calls are short: who is called on stands in their one line, before the time. */
const SHORT_HOURS = 0.5;

export class PlanCalendarCommonRenderer extends CalendarCommonRenderer {
    static eventTemplate = "pharma_showcase.PlanCalendar.event";

    /** @override as high as one line, however short the call */
    get options() {
        return {...super.options, eventMinHeight: 18, slotEventOverlap: false};
    }

    /** @override */
    eventClassNames(info) {
        const names = super.eventClassNames(info);
        const record = this.props.model.records[info.event.id];
        if (record && record.duration <= SHORT_HOURS) {
            names.push("o_event_oneliner", "o_pharma_short_call");
        }
        return names;
    }
}

export class PlanCalendarRenderer extends CalendarRenderer {
    static components = {
        ...CalendarRenderer.components,
        day: PlanCalendarCommonRenderer,
        week: PlanCalendarCommonRenderer,
        month: PlanCalendarCommonRenderer,
    };
}

registry.category("views").add("pharma_plan_calendar", {
    ...calendarView,
    Renderer: PlanCalendarRenderer,
});
