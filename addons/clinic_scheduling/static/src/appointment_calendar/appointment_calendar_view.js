/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {registry} from "@web/core/registry";
import {calendarView} from "@web/views/calendar/calendar_view";
import {AppointmentCalendarController} from "@clinic_scheduling/appointment_calendar/appointment_calendar_controller";
import {AppointmentCalendarModel} from "@clinic_scheduling/appointment_calendar/appointment_calendar_model";
import {AppointmentCalendarRenderer} from "@clinic_scheduling/appointment_calendar/appointment_calendar_renderer";

export const appointmentCalendarView = {
    ...calendarView,
    Controller: AppointmentCalendarController,
    Model: AppointmentCalendarModel,
    Renderer: AppointmentCalendarRenderer,
    buttonTemplate: "clinic_scheduling.AppointmentCalendar.buttons",
};

registry.category("views").add("clinic_appointment_calendar", appointmentCalendarView);
