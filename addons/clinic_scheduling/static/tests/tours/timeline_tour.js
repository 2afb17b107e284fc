/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {registry} from "@web/core/registry";
import {centerOf, drag, findEvent, findStill} from "./pointer";

const ITEM = ".vis-item.vis-range";
const ROW = ".vis-label";

/** Drag a patient's visit to the row of a doctor, at the same time. */
async function moveTo(patient, doctor) {
    const from = await findStill(() => findEvent(ITEM, patient));
    const [, y] = centerOf(findEvent(ROW, doctor));
    await drag(from, [from[0], y]);
}

/** Wait until a patient's visit stands in the row of a doctor. */
async function expectIn(patient, doctor) {
    const deadline = Date.now() + 5000;
    while (Date.now() < deadline) {
        const [, y] = await findStill(() => findEvent(ITEM, patient));
        const row = findEvent(ROW, doctor).getBoundingClientRect();
        if (row.top < y && y < row.bottom) {
            return;
        }
    }
    throw new Error(`The visit of ${patient} is not in the row of ${doctor}`);
}

registry.category("web_tour.tours").add("clinic_scheduling_timeline", {
    steps: () => [
        {
            content: "Both doctors have a row, also the one without visits",
            trigger: `${ROW}:contains(Ben Moreau)`,
        },
        {
            content: "Drag the visit to the other doctor",
            trigger: `${ITEM}:contains(Paul Patient)`,
            run: () => moveTo("Paul Patient", "Ben Moreau"),
        },
        {
            content: "It stands in the other row",
            trigger: `${ITEM}:contains(Paul Patient)`,
            run: () => expectIn("Paul Patient", "Ben Moreau"),
        },
        {
            content: "Open its card",
            trigger: `${ITEM}:contains(Paul Patient)`,
            run: "click",
        },
        {
            content: "It is the other doctor's now",
            trigger: ".o_clinic_popover [data-name=doctor_id]:contains(Ben Moreau)",
        },
        {
            content: "Close the card",
            trigger: ".o_clinic_popover .btn-close",
            run: "click",
        },
        {
            content: "Drag another one onto what is booked there",
            trigger: `body:not(:has(.o_clinic_popover)) ${ITEM}:contains(Olga Other)`,
            run: () => moveTo("Olga Other", "Ben Moreau"),
        },
        {
            content: "It is refused and offers other times",
            trigger: ".o_clinic_refusal .o_clinic_alternative",
        },
        {
            content: "Leave it",
            trigger: ".o_clinic_leave",
            run: "click",
        },
        {
            content: "The visit is back in its row",
            trigger: "body:not(:has(.modal))",
            run: () => expectIn("Olga Other", "Ada Martin"),
        },
    ],
});
