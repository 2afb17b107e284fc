/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {registry} from "@web/core/registry";
import {centerOf, drag, findEvent, findStill} from "./pointer";

const EVENT = ".fc-timegrid-event:not(.fc-event-mirror)";

/** Pixels below the first visit at which the next one is booked. */
const BELOW = 150;

registry.category("web_tour.tours").add("clinic_scheduling_calendar", {
    steps: () => [
        {
            content: "Click on a free time below the visit that is booked",
            trigger: `${EVENT}:contains(Paul Patient)`,
            async run() {
                const [x, y] = await findStill(() => findEvent(EVENT, "Paul Patient"));
                await drag([x, y + BELOW], [x, y + BELOW]);
            },
        },
        {
            content: "The doctor is the one that is shown",
            trigger: ".modal .o_field_widget[name=doctor_id] input:value(Ada Martin)",
        },
        {
            content: "Look for the patient",
            trigger: ".modal .o_field_widget[name=patient_id] input",
            run: "edit Olga Other",
        },
        {
            content: "Take the patient",
            trigger: ".o-autocomplete--dropdown-item:contains(Olga Other)",
            run: "click",
        },
        {
            content: "Look for the service",
            trigger: ".modal .o_field_widget[name=service_id] input",
            run: "edit Tour Consultation",
        },
        {
            content: "Take the service",
            trigger: ".o-autocomplete--dropdown-item:contains(Tour Consultation)",
            run: "click",
        },
        {
            content: "Book",
            trigger: ".modal .o_form_button_save:contains(Book)",
            run: "click",
        },
        {
            content: "The user is told",
            trigger: ".o_notification:contains(Booked: Olga Other)",
        },
        {
            content: "Drag the new visit onto the taken time",
            trigger: `body:not(:has(.modal)) ${EVENT}:contains(Olga Other)`,
            async run() {
                await drag(
                    await findStill(() => findEvent(EVENT, "Olga Other")),
                    centerOf(findEvent(EVENT, "Paul Patient"))
                );
            },
        },
        {
            content: "It is refused, with the reason",
            trigger: ".o_clinic_refusal_reason:contains(already booked)",
        },
        {
            content: "Take the nearest free time",
            trigger: ".o_clinic_alternative:first",
            run: "click",
        },
        {
            content: "The user is told where it is now",
            trigger: ".o_notification:contains(Moved: Olga Other):contains(Ada Martin)",
        },
        {
            content: "Open the card of the moved visit",
            trigger: `body:not(:has(.modal)) ${EVENT}:contains(Olga Other)`,
            run: "click",
        },
        {
            content: "Cancel it",
            trigger: ".o_clinic_popover .o_clinic_cancel",
            run: "click",
        },
        {
            content: "Say why",
            trigger: "#o_clinic_cancel_reason",
            run: "edit moved away",
        },
        {
            content: "Confirm",
            trigger: ".o_clinic_confirm_cancel",
            run: "click",
        },
        {
            content: "The user is told",
            trigger: ".o_notification:contains(Cancelled: Olga Other)",
        },
        {
            content: "Cancelled visits are not among those that take place",
            trigger: `body:not(:has(.modal)):not(:has(${EVENT}:contains(Olga Other)))`,
        },
        {
            content: "Turn to the timeline",
            trigger: ".o_switch_view.o_timeline",
            run: "click",
        },
        {
            content: "It shows the same day",
            trigger: ".o_clinic_timeline:contains(June 3, 2030)",
        },
        {
            content: "Turn to the next day",
            trigger: ".o_clinic_next",
            run: "click",
        },
        {
            content: "It is shown",
            trigger: ".o_clinic_timeline:contains(June 4, 2030)",
        },
        {
            content: "Turn back to the calendar",
            trigger: ".o_switch_view.o_calendar",
            run: "click",
        },
        {
            content: "It shows that day, too",
            trigger: ".fc-col-header-cell[data-date='2030-06-04']",
        },
    ],
});
