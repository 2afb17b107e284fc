/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {Interaction} from "@web/public/interaction";
import {registry} from "@web/core/registry";

const DAY = 24 * 3600;

/** "12:05", "3:12:05", or nothing while it is more than a day. */
function toClock(seconds) {
    const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
    const [hours, minutes] = parts;
    const tail = String(seconds % 60).padStart(2, "0");
    if (!hours) {
        return `${minutes}:${tail}`;
    }
    return `${hours}:${String(minutes).padStart(2, "0")}:${tail}`;
}

/** Counts down to the moment when the room opens, then shows the page anew. */
export class VideoWait extends Interaction {
    static selector = ".o_clinic_video_wait";

    setup() {
        this.end = Date.now() + Number(this.el.dataset.seconds) * 1000;
    }

    start() {
        this.tick();
        this.timer = setInterval(() => this.tick(), 1000);
        this.registerCleanup(() => clearInterval(this.timer));
    }

    tick() {
        const left = Math.max(0, Math.ceil((this.end - Date.now()) / 1000));
        const line = this.el.querySelector(".o_clinic_video_left");
        line.hidden = left >= DAY;
        line.querySelector("span").textContent = toClock(left);
        if (!left) {
            clearInterval(this.timer);
            window.location.reload();
        }
    }
}

registry.category("public.interactions").add("clinic_scheduling.video_wait", VideoWait);
