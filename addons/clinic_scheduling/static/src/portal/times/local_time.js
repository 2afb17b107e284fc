import {Interaction} from "@web/public/interaction";
import {registry} from "@web/core/registry";
import {format, HERE, isOtherClock, sayZone} from "./zones";

/** Show a time on the visitor's clock too, where that is not the site's. */
export class LocalTime extends Interaction {
    static selector = "time.o_clinic_local_time";

    start() {
        const {zone} = this.el.dataset;
        const seconds = Date.parse(this.el.dateTime) / 1000;
        if (isOtherClock(seconds, zone)) {
            const there = `${this.el.textContent.trim()} (${sayZone(zone)})`;
            this.el.textContent = `${format(seconds, "moment")} (${sayZone(HERE)}) · ${there}`;
        }
    }
}

registry.category("public.interactions").add("clinic_scheduling.local_time", LocalTime);
