/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {markup} from "@odoo/owl";
import {browser} from "@web/core/browser/browser";
import {registry} from "@web/core/registry";
import {setElementContent} from "@web/core/utils/html";
import {Interaction} from "@web/public/interaction";

const CHANGED = "clinic_queue.changed";
/** Without news the page asks this often (ms), and after a failure this often. */
export const POLL = 30000;
export const RETRY = 5000;
/** All who wait hear of a change at once: they ask within this (ms). */
const SPREAD = 250;
const RING = [300, 150, 300, 150, 600];

/** Whoever waits follows the own number: see the template `clinic_queue.queue_ticket`. */
export class TicketPage extends Interaction {
    static selector = ".o_clinic_ticket";

    setup() {
        const {address, state, call} = this.el.dataset;
        Object.assign(this, {address, state, call: Number(call), isNext: false});
        this.status = this.el.querySelector(".o_clinic_ticket_status");
        this.sound = this.el.querySelector(".o_clinic_ticket_sound");
        this.html = null;
    }

    start() {
        this.listen(this.el.dataset.channel);
        this.addListener(document, "visibilitychange", () => this.plan(0));
        this.addListener(window, "online", () => this.plan(0));
        if (this.sound) {
            this.offerSound();
            this.addListener(this.sound, "click", this.turnOn);
        }
        this.registerCleanup(() => {
            browser.clearTimeout(this.timer);
            this.context?.close();
        });
        this.plan(POLL);
    }

    listen(channel) {
        const bus = this.services.bus_service;
        if (!bus) {
            return;
        }
        const poke = () => this.plan(Math.random() * SPREAD);
        bus.addChannel(channel);
        bus.subscribe(CHANGED, poke);
        this.registerCleanup(() => {
            bus.unsubscribe(CHANGED, poke);
            bus.deleteChannel(channel);
        });
    }

    /** Ask in so many ms; one timer at any time. */
    plan(delay) {
        browser.clearTimeout(this.timer);
        this.timer = browser.setTimeout(() => this.ask(), delay);
    }

    async ask() {
        const loaded = browser
            .fetch(this.address, {headers: {Accept: "application/json"}})
            .then(
                async (response) => ({
                    status: response.status,
                    answer: response.ok ? await response.json() : null,
                }),
                () => ({status: 0, answer: null})
            );
        const {status, answer} = await this.waitFor(loaded);
        if (answer) {
            this.show(answer);
        } else if (status === 404) {
            // The day is over
            browser.location.reload();
            return;
        }
        this.el
            .querySelector(".o_clinic_ticket_offline")
            .classList.toggle("d-none", Boolean(answer));
        this.plan(answer ? POLL : RETRY);
    }

    show({html, state, call, is_next: isNext}) {
        const isCalled =
            state === "called" && (this.state !== state || call > this.call);
        if (isCalled || (isNext && !this.isNext && this.html !== null)) {
            this.ring(isCalled);
        }
        const isOver = !["waiting", "called", "parked"].includes(state);
        if (isOver && state !== this.state) {
            // Other forms belong to it
            browser.location.reload();
            return;
        }
        Object.assign(this, {state, call, isNext});
        this.offerSound();
        if (html !== this.html) {
            this.html = html;
            setElementContent(this.status, markup(html));
        }
    }

    /** Whoever is called needs no ringing any more. */
    offerSound() {
        const isLate = Boolean(this.context) || this.state === "called";
        this.sound?.classList.toggle("d-none", isLate);
    }

    /** Browsers ring only after a tap. */
    turnOn() {
        const AudioContext = browser.AudioContext || window.AudioContext;
        this.context ||= AudioContext && new AudioContext();
        this.context?.resume();
        this.tone(0.2);
        this.offerSound();
        this.el.querySelector(".o_clinic_ticket_ringing").classList.remove("d-none");
    }

    ring(isCalled) {
        // Browsers complain of pages that vibrate before somebody touched them
        if (browser.navigator.userActivation?.hasBeenActive) {
            browser.navigator.vibrate?.(isCalled ? RING : RING.slice(0, 1));
        }
        this.tone(isCalled ? 1.5 : 0.3);
    }

    tone(seconds) {
        if (this.context?.state !== "running") {
            return;
        }
        const tone = this.context.createOscillator();
        const volume = this.context.createGain();
        const end = this.context.currentTime + seconds;
        tone.frequency.value = 880;
        volume.gain.setValueAtTime(0.4, this.context.currentTime);
        volume.gain.exponentialRampToValueAtTime(0.0001, end);
        tone.connect(volume).connect(this.context.destination);
        tone.start();
        tone.stop(end);
    }
}

registry.category("public.interactions").add("clinic_queue.ticket_page", TicketPage);
