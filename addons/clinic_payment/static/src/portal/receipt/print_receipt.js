/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {Interaction} from "@web/public/interaction";
import {registry} from "@web/core/registry";

/** Prints the page; without scripts the button stays hidden. */
export class PrintReceipt extends Interaction {
    static selector = ".o_clinic_print";
    dynamicContent = {
        _root: {
            "t-on-click": () => window.print(),
            "t-att-class": () => ({"d-none": false}),
        },
    };
}

registry
    .category("public.interactions")
    .add("clinic_payment.print_receipt", PrintReceipt);
