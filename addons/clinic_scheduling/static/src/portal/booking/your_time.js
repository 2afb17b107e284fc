/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {Interaction} from "@web/public/interaction";
import {registry} from "@web/core/registry";
import {format, HERE, isOtherClock, sayZone} from "../times/zones";

/** Say below the site's time when that is for the visitor, if their clocks differ. */
export class YourTime extends Interaction {
    static selector = ".o_clinic_your_time";

    start() {
        const {start, zone} = this.el.dataset;
        if (isOtherClock(Number(start), zone)) {
            const text = `${format(Number(start), "moment")} (${sayZone(HERE)})`;
            this.el.querySelector(".o_clinic_your_time_text").textContent = text;
            this.el.hidden = false;
        } else {
            // One clock needs no name
            this.el.parentElement
                .querySelectorAll(".o_clinic_site_clock")
                .forEach((el) => (el.hidden = true));
        }
    }
}

registry.category("public.interactions").add("clinic_scheduling.your_time", YourTime);
