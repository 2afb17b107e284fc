/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {Interaction} from "@web/public/interaction";
import {_t} from "@web/core/l10n/translation";
import {browser} from "@web/core/browser/browser";
import {registry} from "@web/core/registry";

/** Copies the secret link beside the button, and says so. */
export class CopyLink extends Interaction {
    static selector = ".o_clinic_copy_link";
    dynamicContent = {
        ".o_clinic_copy": {"t-on-click": this.copy},
    };

    async copy() {
        const field = this.el.querySelector("input");
        field.select();
        let said = _t("Copied.");
        try {
            await browser.navigator.clipboard.writeText(field.value);
        } catch {
            said = _t("It is selected: copy it with the keyboard or by a long press.");
        }
        this.el.querySelector(".o_clinic_copied").textContent = said;
    }
}

registry.category("public.interactions").add("clinic_scheduling.copy_link", CopyLink);
