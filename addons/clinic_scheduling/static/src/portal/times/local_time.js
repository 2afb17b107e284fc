/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {Interaction} from "@web/public/interaction";
import {registry} from "@web/core/registry";
import {format, HERE, isOtherClock, sayZone} from "./zones";

/** Name the clock of a time where the visitor's is another one, or show it on theirs. */
export class LocalTime extends Interaction {
    static selector = "time.o_clinic_local_time";

    start() {
        const {zone, clock} = this.el.dataset;
        const seconds = Date.parse(this.el.dateTime) / 1000;
        if (isOtherClock(seconds, zone)) {
            this.el.textContent =
                clock === "visitor"
                    ? `${format(seconds, "moment")} (${sayZone(HERE)})`
                    : `${this.el.textContent.trim()} (${sayZone(zone)})`;
        }
    }
}

registry.category("public.interactions").add("clinic_scheduling.local_time", LocalTime);
