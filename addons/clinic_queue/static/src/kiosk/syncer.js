/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {toMessage} from "./outbox";

/** The server takes so many items at once. */
const BATCH = 50;

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
            await this.sendBatch(batch.slice(0, BATCH), answers);
        }
        return answers;
    }

    /** The clock was set, or the page began anew: measure before anything is sent. */
    async measure() {
        const sent = this.clock.now();
        const {now} = await this.api.ask("state");
        await this.outbox.realign(this.clock.measure(now, sent));
    }

    async sendBatch(batch, answers) {
        const sent = this.clock.now();
        const {now, results, problems} = await this.api.ask("sync", {
            sent_at: sent,
            items: batch.map(toMessage),
        });
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
