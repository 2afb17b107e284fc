/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {Interaction} from "@web/public/interaction";
import {registry} from "@web/core/registry";

const WORKER = "/my/clinic/push/worker.js";
const SCOPE = "/my/";
/** The worker is small: it starts at once, or not at all (ms). */
const PATIENCE = 10000;

function toBytes(key) {
    const text = key.replace(/-/g, "+").replace(/_/g, "/");
    return Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
}

/** Return when a worker runs: before that the browser refuses to subscribe. */
function waitUntilActive({active, installing, waiting}) {
    const worker = installing || waiting;
    if (active || !worker) {
        return active;
    }
    return new Promise((resolve, reject) => {
        setTimeout(() => reject(new Error("The worker does not start.")), PATIENCE);
        worker.addEventListener("statechange", () => {
            if (worker.state === "activated") {
                resolve(worker);
            }
        });
    });
}

/** The switch "Notifications on this device" on a patient's own page. */
export class PushToggle extends Interaction {
    static selector = ".o_clinic_push";
    dynamicContent = {
        input: {"t-on-change": this.locked(this.onChange)},
    };

    setup() {
        this.input = this.el.querySelector("input");
        this.csrf = this.el.dataset.csrf;
    }

    async willStart() {
        const isPossible =
            "serviceWorker" in navigator &&
            "PushManager" in window &&
            "Notification" in window;
        if (!isPossible) {
            return this.say("unsupported");
        }
        if (Notification.permission === "denied") {
            return this.say("denied");
        }
        try {
            const subscription = await this.find();
            const {on} = await this.ask("state", subscription);
            this.input.checked = on;
            this.input.disabled = false;
        } catch {
            this.say("failed");
        }
    }

    async find() {
        const registration = await navigator.serviceWorker.getRegistration(SCOPE);
        return registration?.pushManager.getSubscription();
    }

    async onChange() {
        const isOn = this.input.checked;
        this.say("");
        try {
            await this.waitFor(isOn ? this.switchOn() : this.switchOff());
        } catch {
            this.say(Notification.permission === "denied" ? "denied" : "failed");
            this.input.checked = !isOn;
        }
    }

    async switchOn() {
        if ((await Notification.requestPermission()) !== "granted") {
            throw new Error("Not allowed.");
        }
        const registration = await navigator.serviceWorker.register(WORKER, {
            scope: SCOPE,
        });
        await waitUntilActive(registration);
        const {key} = await this.ask("state");
        const subscription = await this.subscribe(registration, key);
        const {on} = await this.ask("on", subscription, {key});
        this.input.checked = on;
        this.say(on ? "on" : "failed");
    }

    async subscribe({pushManager}, key) {
        const options = {userVisibleOnly: true, applicationServerKey: toBytes(key)};
        try {
            return await pushManager.subscribe(options);
        } catch (error) {
            // One for another key: it was made anew since
            const old = await pushManager.getSubscription();
            if (!old) {
                throw error;
            }
            await old.unsubscribe();
            return pushManager.subscribe(options);
        }
    }

    async switchOff() {
        const subscription = await this.find();
        if (subscription) {
            await this.ask("off", subscription);
            await subscription.unsubscribe();
        }
        this.input.checked = false;
        this.say("off");
    }

    async ask(what, subscription, more = {}) {
        const {endpoint = "", keys = {}} = subscription?.toJSON() || {};
        const given = what === "on" ? {endpoint, ...keys} : {endpoint};
        const body = new URLSearchParams({csrf_token: this.csrf, ...given, ...more});
        const response = await fetch(`/my/clinic/push/${what}`, {method: "POST", body});
        if (!response.ok) {
            throw new Error(response.statusText);
        }
        return response.json();
    }

    /** Show one of the sentences of the page, or none. */
    say(what) {
        const text = this.el.querySelector(`template[data-what="${what}"]`);
        const status = this.el.querySelector(".o_clinic_push_status");
        status.textContent = text?.content.textContent.trim() || "";
    }
}

registry.category("public.interactions").add("clinic_scheduling.push", PushToggle);
