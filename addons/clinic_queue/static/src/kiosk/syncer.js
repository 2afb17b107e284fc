/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {toMessage} from "./outbox";

/** The server takes so many items at once; a tablet begins with fewer. */
const BATCH = {first: 10, most: 50};

/** Nobody waits for the answer to a batch: a slow server has time for each item (ms). */
const PATIENCE = {least: 20000, each: 1500};

/** So many answers are remembered, for who waited while another turn sent theirs. */
const REMEMBERED = 50;

/**
 * Sends what the outbox holds. An item leaves it when the server has answered for it,
 * and not before: an answer that is lost is asked for again, and nothing is doubled,
 * since the server knows each item by its uuid.
 */
export class Syncer {
    constructor({outbox, api, clock, locks = navigator.locks}) {
        Object.assign(this, {outbox, api, clock, locks});
        this.running = null;
        this.recent = new Map();
        this.size = BATCH.first;
    }

    /** The answer that an item got lately, whichever turn has sent it. */
    recall(uuid) {
        return this.recent.get(uuid);
    }

    remember(answer) {
        this.recent.delete(answer.uuid);
        this.recent.set(answer.uuid, answer);
        if (this.recent.size > REMEMBERED) {
            this.recent.delete(this.recent.keys().next().value);
        }
    }

    /**
     * Send everything; a second call waits for the first, then looks again.
     *
     * @param {number} device its id: items of another pairing stay
     * @returns {Promise<Map>} answers by uuid
     */
    async run(device) {
        const before = this.running;
        const turn = (async () => {
            await before?.catch(() => null);
            return this.locks.request("clinic_kiosk_sync", () => this.send(device));
        })();
        this.running = turn;
        try {
            return await turn;
        } finally {
            if (this.running === turn) {
                this.running = null;
            }
        }
    }

    async send(device) {
        const answers = new Map();
        // Each round ends what it sends, or fails: so many rounds suffice
        for (let rounds = 0; rounds < 100; rounds++) {
            if (this.clock.isUnsure) {
                await this.measure();
            }
            const items = await this.outbox.list();
            const batch = items.filter((item) => item.device === device);
            if (!batch.length) {
                break;
            }
            const part = batch.slice(0, this.size);
            await this.sendBatch(part, answers, batch.length - part.length);
        }
        return answers;
    }

    /** Ask in time; what was too much for the server is asked for in smaller parts. */
    async ask(body) {
        const patience = PATIENCE.least + PATIENCE.each * body.items.length;
        try {
            const answer = await this.api.ask("sync", body, patience);
            this.size = Math.min(BATCH.most, 2 * this.size);
            return answer;
        } catch (error) {
            if (error.wasReached) {
                this.size = Math.max(1, Math.floor(this.size / 2));
            }
            throw error;
        }
    }

    /** The clock was set, or the page began anew: measure before anything is sent. */
    async measure() {
        const sent = this.clock.now();
        const {now} = await this.api.ask("state");
        await this.outbox.realign(this.clock.measure(now, sent));
    }

    async sendBatch(batch, answers, left) {
        const sent = this.clock.now();
        const items = batch.map(toMessage);
        const {now, results, problems} = await this.ask({sent_at: sent, items, left});
        await this.outbox.realign(this.clock.measure(now, sent));
        this.problems = problems;
        const numbers = new Map(batch.map(({uuid, number}) => [uuid, number]));
        for (const answer of results) {
            answers.set(answer.uuid, answer);
            this.remember(answer);
            await this.settle(answer, numbers.get(answer.uuid));
        }
        const silent = batch.filter((item) => !answers.has(item.uuid));
        if (silent.length) {
            throw new Error("The server did not answer for everything.");
        }
    }

    /** Forget an item that is answered, unless it got a number of ours meanwhile. */
    async settle({uuid}, number) {
        const item = await this.outbox.get(uuid);
        const isBehind = item?.number && item.number !== number;
        if (!isBehind) {
            await this.outbox.remove(uuid);
        }
    }
}
