/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {Interaction} from "@web/public/interaction";
import {registry} from "@web/core/registry";

/** Send a form once, however often its button is clicked. */
export class OneClick extends Interaction {
    static selector = "form.o_clinic_confirm";

    start() {
        this.addListener(this.el, "submit", () => this.setSending(true));
        this.addListener(window, "pageshow", () => this.setSending(false));
    }

    setSending(isSending) {
        this.el.querySelector("button[type=submit]").disabled = isSending;
    }
}

registry.category("public.interactions").add("clinic_scheduling.one_click", OneClick);
