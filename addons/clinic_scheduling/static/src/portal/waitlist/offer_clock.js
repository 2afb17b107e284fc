/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {Interaction} from "@web/public/interaction";
import {registry} from "@web/core/registry";
import {toClock} from "@clinic_scheduling/portal/clock";

/** How long an offered time is held; without it, the page says until when. */
export class OfferClock extends Interaction {
    static selector = ".o_clinic_offer_clock";

    start() {
        this.end = Date.now() + Number(this.el.dataset.seconds) * 1000;
        this.el.querySelector(".o_clinic_offer_left").hidden = false;
        this.tick();
        this.timer = setInterval(() => this.tick(), 1000);
        this.registerCleanup(() => clearInterval(this.timer));
    }

    tick() {
        const left = Math.max(0, Math.round((this.end - Date.now()) / 1000));
        this.el.querySelector(".o_clinic_offer_time").textContent = toClock(left);
        this.el.classList.toggle("alert-warning", left <= 60);
        this.el.classList.toggle("alert-info", left > 60);
        if (left <= 60 && !this.isSaid) {
            this.isSaid = true;
            const text = this.el.querySelector(".o_clinic_offer_soon").content;
            this.el.querySelector(".o_clinic_offer_status").textContent =
                text.textContent;
        }
        if (!left) {
            clearInterval(this.timer);
            // The server says what became of it
            window.location.reload();
        }
    }
}

registry
    .category("public.interactions")
    .add("clinic_scheduling.offer_clock", OfferClock);
