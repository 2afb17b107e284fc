/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {browser} from "@web/core/browser/browser";
import {registry} from "@web/core/registry";
import {Interaction} from "@web/public/interaction";

/** How often the page looks whether the tablet has sent the number (ms). */
export const PAUSE = 20000;

/** A number that no page is known of yet: see the template `queue_slip_waiting`. */
export class SlipPage extends Interaction {
    static selector = ".o_clinic_slip_waiting[data-state=unknown]";

    start() {
        this.addListener(document, "visibilitychange", () => this.plan(0));
        this.addListener(window, "online", () => this.plan(0));
        this.registerCleanup(() => browser.clearTimeout(this.timer));
        this.plan(PAUSE);
    }

    plan(delay) {
        browser.clearTimeout(this.timer);
        this.timer = browser.setTimeout(() => this.look(), delay);
    }

    /** Go where the address leads, as soon as it leads somewhere else. */
    async look() {
        const address = browser.location.href;
        const loaded = browser.fetch(address).then(
            async (response) => ({
                isThere: response.redirected,
                isOther: response.ok && !(await response.text()).includes(this.mark),
            }),
            () => ({})
        );
        const {isThere, isOther} = await this.waitFor(loaded);
        if (isThere || isOther) {
            browser.location.reload();
            return;
        }
        this.plan(PAUSE);
    }

    /** What the page has as long as nothing is known. */
    get mark() {
        return 'data-state="unknown"';
    }
}

registry.category("public.interactions").add("clinic_queue.slip_page", SlipPage);
