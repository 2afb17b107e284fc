/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {Interaction} from "@web/public/interaction";
import {registry} from "@web/core/registry";
import {toClock} from "@clinic_scheduling/portal/clock";

/** Moments (seconds left) that are said aloud, and the element with the words. */
const ANNOUNCED = [
    [60, ".o_clinic_countdown_one"],
    [300, ".o_clinic_countdown_five"],
];
/** What was sent when the last page was left may arrive after this page came (ms). */
const AGAIN = 4000;

/**
 * How long the chosen time is held. Leaving for another site lets it go soon; coming
 * back holds it again, never longer than at first.
 */
export class Countdown extends Interaction {
    static selector = ".o_clinic_countdown";

    setup() {
        const {seconds, url, token, csrf} = this.el.dataset;
        this.end = Date.now() + Number(seconds) * 1000;
        this.url = url;
        this.proof = {access_token: token, csrf_token: csrf};
        this.said = Infinity;
        this.isStaying = false;
    }

    start() {
        this.addListener(document, "submit", () => this.stay());
        this.addListener(document, "click", this.onClick);
        this.addListener(window, "pagehide", this.onHide);
        this.addListener(window, "pageshow", (ev) => ev.persisted && this.comeBack());
        const over = this.el.querySelector(".o_clinic_countdown_over");
        this.addListener(over, "cancel", (ev) => ev.preventDefault());
        this.tick();
        this.timer = setInterval(() => this.tick(), 1000);
        this.registerCleanup(() => clearInterval(this.timer));
        this.comeBack();
        this.waitForTimeout(() => this.comeBack(), AGAIN);
    }

    get left() {
        return Math.max(0, Math.round((this.end - Date.now()) / 1000));
    }

    tick() {
        const {left} = this;
        this.el.querySelector(".o_clinic_countdown_left").textContent = toClock(left);
        const line = this.el.querySelector(".o_clinic_countdown_line");
        line.classList.toggle("alert-warning", left <= 60);
        line.classList.toggle("alert-info", left > 60);
        for (const [moment, words] of ANNOUNCED) {
            if (left <= moment && left > moment - 5 && this.said > moment) {
                this.said = moment;
                const text = this.el.querySelector(words).content.textContent.trim();
                this.el.querySelector(".o_clinic_countdown_status").textContent = text;
            }
        }
        if (!left) {
            this.finish();
        }
    }

    finish() {
        clearInterval(this.timer);
        this.stay(); // There is nothing left to let go
        const over = this.el.querySelector(".o_clinic_countdown_over");
        if (!over.open) {
            over.showModal();
        }
    }

    // ------------------------------------------------------------------
    // Leaving and coming back
    // ------------------------------------------------------------------

    /** The next page is one of this booking, or leads back to it: nothing is left. */
    stay() {
        this.isStaying = true;
    }

    onClick(ev) {
        const link = ev.target.closest("a[href]");
        const isOurs = link?.pathname.includes(`${this.url}/`) || link?.dataset.keep;
        if (isOurs) {
            this.stay();
        }
    }

    onHide() {
        // From the payment one leaves for the provider, and comes back
        if (!this.isStaying && !this.el.dataset.keeps) {
            navigator.sendBeacon(`${this.url}/left`, this.getBody());
        }
    }

    async comeBack() {
        this.isStaying = !this.left;
        let response = null;
        try {
            const options = {method: "POST", body: this.getBody()};
            response = await this.waitFor(fetch(`${this.url}/back`, options));
        } catch {
            return; // No connection: the clock goes on as it was
        }
        if (response.status === 410) {
            this.end = Date.now();
        } else if (response.ok) {
            const {seconds} = await this.waitFor(response.json());
            this.end = Date.now() + seconds * 1000;
        }
        this.tick();
    }

    getBody() {
        const body = new FormData();
        for (const [name, value] of Object.entries(this.proof)) {
            body.append(name, value);
        }
        return body;
    }
}

registry.category("public.interactions").add("clinic_scheduling.countdown", Countdown);
