/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {registry} from "@web/core/registry";
import {centerOf, drag, findEvent, findStill, tap} from "./pointer";

const ITEM = ".vis-item.vis-range";
const ROW = ".vis-label";

/** Pixels right of a visit, where its label runs on over free time. */
const BESIDE = 25;

/** Return a free place right of a patient's visit. */
async function findBeside(patient) {
    const [, y] = await findStill(() => findEvent(ITEM, patient));
    return [findEvent(ITEM, patient).getBoundingClientRect().right + BESIDE, y];
}

/** Drag a patient's visit along rows of doctors to the last one, at the same time. */
async function moveTo(patient, ...doctors) {
    const from = await findStill(() => findEvent(ITEM, patient));
    const toPlace = (doctor) => [from[0], centerOf(findEvent(ROW, doctor))[1]];
    await drag(from, ...doctors.map(toPlace));
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
            content: "The user is told",
            trigger: ".o_notification:contains(Moved: Paul Patient)",
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
            content: "Press on the free time beside another one and drag: it stays",
            trigger: `body:not(:has(.o_clinic_popover)) ${ITEM}:contains(Olga Other)`,
            async run() {
                const [x, y] = await findBeside("Olga Other");
                await drag([x, y], [x, centerOf(findEvent(ROW, "Ben Moreau"))[1]]);
                await expectIn("Olga Other", "Ada Martin");
            },
        },
        {
            content: "Click there",
            trigger: `body:not(:has(.o_clinic_popover)) ${ITEM}:contains(Olga Other)`,
            run: async () => tap(await findBeside("Olga Other")),
        },
        {
            content: "It is free: a visit to the row's doctor can be booked",
            trigger: ".modal .o_field_widget[name=doctor_id] input:value(Ada Martin)",
        },
        {
            content: "Leave it",
            trigger: ".modal .btn-close",
            run: "click",
        },
        {
            content: "Drag past a row that is taken at that time",
            trigger: `body:not(:has(.modal)) ${ITEM}:contains(Olga Other)`,
            run: () => moveTo("Olga Other", "Ben Moreau", "Ben Zander"),
        },
        {
            content: "It lands in the row that was under the pointer",
            trigger: `.o_notification:contains(Moved: Olga Other):contains(Zander)`,
            run: () => expectIn("Olga Other", "Ben Zander"),
        },
        {
            content: "Back to where it was",
            trigger: `body:not(:has(.modal)) ${ITEM}:contains(Olga Other)`,
            run: () => moveTo("Olga Other", "Ada Martin"),
        },
        {
            content: "It is there again",
            trigger: `.o_notification:contains(Moved: Olga Other):contains(Martin)`,
            run: () => expectIn("Olga Other", "Ada Martin"),
        },
        {
            content: "Drag it onto what is booked there",
            trigger: `${ITEM}:contains(Olga Other)`,
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
