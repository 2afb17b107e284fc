/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {registry} from "@web/core/registry";
import {TimelineView} from "@web_timeline/views/timeline/timeline_view.esm";
import {AppointmentTimelineController} from "@clinic_scheduling/appointment_timeline/appointment_timeline_controller";
import {AppointmentTimelineModel} from "@clinic_scheduling/appointment_timeline/appointment_timeline_model";
import {AppointmentTimelineRenderer} from "@clinic_scheduling/appointment_timeline/appointment_timeline_renderer";

export const appointmentTimelineView = {
    ...TimelineView,
    Controller: AppointmentTimelineController,
    Model: AppointmentTimelineModel,
    Renderer: AppointmentTimelineRenderer,
};

registry.category("views").add("clinic_appointment_timeline", appointmentTimelineView);
