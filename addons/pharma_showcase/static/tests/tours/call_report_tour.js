/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {registry} from "@web/core/registry";

const choose = (content, trigger, run = "click") => ({content, trigger, run});
const see = (content, trigger) => ({content, trigger});

/** Draw a line with a finger, as somebody who signs. */
async function draw({anchor}) {
    const {left, top, width, height} = anchor.getBoundingClientRect();
    const point = (type, share, buttons = 1) =>
        new PointerEvent(type, {
            ...{bubbles: true, cancelable: true, isPrimary: true, pointerId: 1},
            ...{pointerType: "touch", buttons, pressure: 0.5},
            clientX: left + width * share,
            clientY: top + height / 2,
        });
    anchor.dispatchEvent(point("pointerdown", 0.2));
    for (const share of [0.3, 0.4, 0.5, 0.6]) {
        // Moves of the same moment are one
        await new Promise((resolve) => setTimeout(resolve, 30));
        anchor.dispatchEvent(point("pointermove", share));
    }
    anchor.dispatchEvent(point("pointerup", 0.6, 0));
}

registry.category("web_tour.tours").add("pharma_call_report", {
    steps: () => [
        choose("Report the call", ".o_kanban_record:contains(Olive) button"),
        choose("Interest", ".o_pharma_product:first [data-level='4']"),
        choose("Requested", ".o_pharma_product:first .o_pharma_requested"),
        choose("A question", ".o_pharma_product:first .o_pharma_ask"),
        choose("Write it", ".o_pharma_product:first textarea", "edit Which dose?"),
        choose("An adverse event", ".o_pharma_event_yes"),
        choose("What was said", "#o_pharma_description", "edit Rash after two days"),
        choose("Record it", ".o_pharma_event_record"),
        see("The officer knows", ".o_pharma_event_sent:contains(AE-)"),
        choose("Next step", "[data-step='none']"),
        choose("Samples", ".o_pharma_samples .o_pharma_open"),
        choose("One pack", ".o_pharma_plus:enabled"),
        choose("File it", ".o_pharma_file"),
        see("The doctor signs first", ".o_pharma_where:contains(signs)"),
        {content: "Sign", trigger: ".o_pharma_pad canvas", run: draw},
        choose("It is signed", ".o_pharma_sign:enabled"),
        see("The signature shows", "img.o_pharma_signature"),
        choose("A meal", ".o_pharma_transfers .o_pharma_open"),
        choose("Its amount", ".o_pharma_transfer input", "edit 12.50"),
        choose("Add it", ".o_pharma_transfer .btn-primary:enabled"),
        choose("File it", ".o_pharma_file"),
        see("It is filed", ".o_pharma_sent"),
        choose("Next call", ".o_pharma_next"),
        see("Nothing is left to report", ".o_kanban_view .o_view_nocontent"),
    ],
});
