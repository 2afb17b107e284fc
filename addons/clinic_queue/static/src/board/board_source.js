/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {browser} from "@web/core/browser/browser";

const CHANGED = "clinic_queue.changed";

/** Without news the board asks this often (ms), and after a failure this often. */
export const POLL = 20000;
export const RETRY = 3000;
/**
 * The first poke is answered at once: servers gather bursts already. Those that follow
 * within this time (ms) lead to one more question at its end.
 */
export const GATHER = 200;
/** An answer that takes longer (ms) does not come. */
const PATIENCE = 10000;
/** The token of the bus is good for a day; it is replaced after this (ms). */
const CHANNEL_AGE = 6 * 3600 * 1000;

/**
 * Keeps the state of a board fresh: by the bus, and by asking.
 *
 * There is one timer at any time, so nothing piles up in a night.
 */
export class BoardSource {
    /**
     * @param {object} bus the bus service
     * @param {string} address of the state
     * @param {object} events `onState(state)`, `onFailure(status)`: 0 without an answer
     */
    constructor(bus, address, {onState, onFailure}) {
        Object.assign(this, {bus, address, onState, onFailure});
        this.poke = () => this.plan(this.isCalm ? 0 : GATHER, true);
        this.askedAt = 0;
        this.isAlive = false;
    }

    start(channel) {
        this.isAlive = true;
        this.listen(channel);
        this.bus.subscribe(CHANGED, this.poke);
        this.plan(POLL);
    }

    stop() {
        this.isAlive = false;
        browser.clearTimeout(this.timer);
        this.bus.unsubscribe(CHANGED, this.poke);
        this.bus.deleteChannel(this.channel);
    }

    /** Hear of changes through this channel, from now on. */
    listen(channel) {
        if (this.channel && Date.now() - this.channelSince < CHANNEL_AGE) {
            return;
        }
        const old = this.channel;
        this.channel = channel;
        this.channelSince = Date.now();
        this.bus.addChannel(channel);
        if (old && old !== channel) {
            this.bus.deleteChannel(old);
        }
    }

    /** Whether nothing was asked a moment ago. */
    get isCalm() {
        return Math.abs(Date.now() - this.askedAt) > GATHER;
    }

    /** Ask in so many ms; what is planned earlier stays, if it comes from a poke. */
    plan(delay, isPoke = false) {
        if (!this.isAlive || (isPoke && this.isPoked)) {
            return;
        }
        if (this.isAsking) {
            this.isStale ||= isPoke;
            return;
        }
        this.isPoked = isPoke;
        browser.clearTimeout(this.timer);
        this.timer = browser.setTimeout(() => this.ask(), delay);
    }

    async ask() {
        this.isPoked = false;
        this.isAsking = true;
        this.isStale = false;
        this.askedAt = Date.now();
        const {state, status} = await this.fetch();
        this.isAsking = false;
        if (!this.isAlive) {
            return;
        }
        if (state) {
            this.listen(state.channel);
            this.onState(state);
        } else {
            this.onFailure(status);
        }
        const calm = state ? POLL : RETRY + Math.random() * RETRY;
        this.plan(this.isStale ? GATHER : calm);
    }

    async fetch() {
        const controller = new AbortController();
        const late = browser.setTimeout(() => controller.abort(), PATIENCE);
        try {
            const response = await browser.fetch(this.address, {
                headers: {Accept: "application/json"},
                signal: controller.signal,
            });
            const state = response.ok ? await response.json() : null;
            return {state, status: response.status};
        } catch {
            return {state: null, status: 0};
        } finally {
            browser.clearTimeout(late);
        }
    }
}
