/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {Away, Refused} from "./api";
import {getDay} from "./clock";

/** How often the server is asked whether it is there: with the network, without (ms). */
const PULSE = {online: 45000, offline: 5000};

/** The tablet's secret is renewed when the page starts, and after so long (ms). */
const SECRET_AGE = 7 * 24 * 3600000;

/** Nobody waits longer for the server's number, then the tablet gives one (ms). */
export const WAIT = 8000;

/** The time that people may book is asked for anew after so long (ms). */
const TIMES_AGE = 300000;

/** What the tablet knows and does; nothing of it is to be seen. */
export class KioskModel {
    constructor({vault, api, clock, outbox, syncer, texts, mode}) {
        Object.assign(this, {vault, api, clock, outbox, syncer, texts, mode});
        this.listeners = new Set();
        this.isOnline = true;
        this.isReady = false;
        this.config = null;
        this.services = [];
        this.tickets = null;
        this.unsent = [];
        this.problems = [];
        this.lang = Object.keys(texts)[0];
    }

    get isPaired() {
        return Boolean(this.api.token && this.config);
    }

    get device() {
        return this.config?.device;
    }

    get languages() {
        return (this.config?.languages || []).filter(({code}) => this.texts[code]);
    }

    get language() {
        return this.languages.find(({code}) => code === this.lang);
    }

    get names() {
        const names = this.config?.names || {};
        return names[this.lang] || Object.values(names)[0] || {};
    }

    /** Say something in the language that was chosen. */
    say(key, values = {}) {
        const text = this.texts[this.lang]?.[key] ?? key;
        return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
    }

    onChange(callback) {
        this.listeners.add(callback);
    }

    changed() {
        this.listeners.forEach((callback) => callback());
    }

    async start() {
        await this.vault.open();
        this.api.token = (await this.vault.getSealed("plain", "token")) || "";
        this.config = (await this.vault.get("plain", "config")) || null;
        this.services = (await this.vault.get("plain", "services")) || [];
        this.tickets = (await this.vault.getSealed("plain", "tickets")) || null;
        this.clock.offset = (await this.vault.get("plain", "offset")) ?? null;
        this.clock.follow(await this.outbox.list());
        this.chooseFirstLanguage();
        await this.noteUnsent();
        this.isReady = true;
        this.changed();
        window.addEventListener("online", () => this.pulse());
        window.addEventListener("offline", () => this.setOnline(false));
        await this.pulse();
    }

    chooseFirstLanguage() {
        this.lang = this.languages[0]?.code || Object.keys(this.texts)[0];
    }

    get isFirstLanguage() {
        return this.lang === (this.languages[0]?.code || Object.keys(this.texts)[0]);
    }

    setOnline(isOnline) {
        this.isOnline = isOnline;
        this.changed();
    }

    /** Ask for news, send what waits; then again and again. */
    async pulse() {
        clearTimeout(this.timer);
        try {
            if (this.api.token) {
                await this.refresh();
                await this.sync();
                await this.renew();
            }
        } catch (error) {
            await this.note(error);
        } finally {
            const pause = this.isOnline ? PULSE.online : PULSE.offline;
            clearTimeout(this.timer);
            this.timer = setTimeout(() => this.pulse(), pause);
        }
    }

    /** Remember what an error tells about the network and the pairing. */
    note(error) {
        if (error instanceof Away) {
            this.setOnline(false);
        } else if (error instanceof Refused && error.status === 401) {
            return this.unpair();
        } else if (!(error instanceof Refused)) {
            throw error;
        }
    }

    async refresh() {
        const unsent = await this.outbox.count(this.device?.id);
        const sent = this.clock.now();
        const state = await this.api.ask("state", unsent === null ? {} : {unsent});
        await this.outbox.realign(this.clock.measure(state.now, sent));
        const {problems, ...config} = state;
        delete config.now;
        this.config = config;
        this.problems = problems;
        await this.vault.put("plain", "config", config);
        await this.vault.put("plain", "offset", this.clock.offset);
        if (!this.texts[this.lang]) {
            this.chooseFirstLanguage();
        }
        await (this.mode === "staff" ? this.refreshTickets() : this.refreshTimes());
        this.setOnline(true);
    }

    /** Take a new secret; the one before stays good until the new one is used. */
    async renew() {
        if (Date.now() - (this.renewedAt || 0) < SECRET_AGE) {
            return;
        }
        const {token} = await this.api.ask("renew");
        await this.vault.putSealed("plain", "token", token);
        this.api.token = token;
        this.renewedAt = Date.now();
    }

    async refreshTimes() {
        const isOld = Date.now() - (this.timesAt || 0) > TIMES_AGE;
        if (this.device.request && isOld) {
            this.services = (await this.api.ask("times")).services;
            this.timesAt = Date.now();
            await this.vault.put("plain", "services", this.services);
        }
    }

    async refreshTickets() {
        if (this.device.kind === "staff") {
            this.tickets = await this.api.ask("list");
            await this.vault.putSealed("plain", "tickets", this.tickets);
        }
    }

    /** Pair the tablet by a code that a manager sees. */
    async pair(code) {
        const {token} = await this.api.ask("pair", {code});
        this.api.token = token;
        this.renewedAt = Date.now();
        await this.vault.putSealed("plain", "token", token);
        await this.pulse();
        navigator.storage?.persist?.();
    }

    /** The secret is worth nothing any more: forget it, and what came with it. */
    async unpair() {
        const known = await this.vault.getSealed("plain", "token");
        if (known && known !== this.api.token) {
            // Another page of this tablet has renewed it
            this.api.token = known;
            return;
        }
        this.api.token = "";
        this.config = null;
        this.services = [];
        this.tickets = null;
        for (const name of ["token", "config", "services", "tickets"]) {
            await this.vault.delete("plain", name);
        }
        this.changed();
    }

    /** Send everything that waits; the answers by uuid. */
    async sync() {
        try {
            const answers = await this.syncer.run(this.device?.id);
            this.problems = this.syncer.problems || this.problems;
            this.setOnline(true);
            return answers;
        } finally {
            await this.noteUnsent();
        }
    }

    async retry() {
        try {
            if (this.problems.some(({state}) => state === "failed")) {
                this.problems = (await this.api.ask("retry")).problems;
            }
            await this.pulse();
        } catch (error) {
            this.note(error);
        }
    }

    async noteUnsent() {
        const items = await this.outbox.list();
        this.unsent = items.map(({uuid, kind, number, taken_at: at, device}) => ({
            uuid,
            kind,
            number,
            at: this.clock.correct(at) / 1000,
            state: device === this.device?.id ? "pending" : "foreign",
        }));
        this.changed();
    }

    /**
     * Take something from who stands here: keep it, and send it if that is possible.
     *
     * @returns {Promise<object>} the server's answer; without the network one of ours,
     *     with the number that this tablet gives (not for bookings)
     */
    async take(values) {
        const item = await this.outbox.add(
            {...values, lang: this.lang},
            this.device.id
        );
        try {
            await this.syncInTime();
        } catch (error) {
            await this.note(error);
            if (!this.isPaired) {
                throw error;
            }
        }
        // The pulse may have sent it, while this turn waited or failed
        const answer = this.syncer.recall(item.uuid);
        if (answer) {
            return answer;
        }
        if (item.kind === "request") {
            return {uuid: item.uuid, kind: item.kind, state: "pending"};
        }
        return this.giveNumber(item);
    }

    /** Send what waits, as long as who stands here can wait; it goes on after that. */
    async syncInTime() {
        const sending = this.sync();
        let timer = null;
        const late = new Promise((resolve) => {
            timer = setTimeout(() => {
                // Whatever becomes of it, nobody waits for it any more
                sending.catch(() => null);
                resolve();
            }, WAIT);
        });
        try {
            await Promise.race([sending, late]);
        } finally {
            clearTimeout(timer);
        }
    }

    /** Give a number of this tablet's own to what the server has not answered for. */
    async giveNumber(taken) {
        const {uuid, kind} = taken;
        const {prefix} = this.device;
        const day = getDay(this.clock.correct(), this.config.zone);
        const least = this.config.last_number || 0;
        const number = await this.outbox.takeNumber(prefix, day, least);
        const answer = this.syncer.recall(uuid);
        if (answer) {
            return answer;
        }
        // If another page has sent it, the server learns of the number all the same
        const item = (await this.outbox.get(uuid)) || taken;
        await this.outbox.save({...item, number});
        await this.noteUnsent();
        return {uuid, kind, state: "pending", number};
    }
}
