/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {QUEUED} from "./call_draft";

const PREFIX = "pharma_showcase.call";

/** What was typed and not filed stays so many days after the last change. */
export const KEEP_DAYS = 14;

/**
 * Reports that are typed or wait to be sent, on this device: one for each showcase and
 * user. Kept until the server has them, or the user signs out, or somebody else signs
 * in: signatures and remarks of one person are not left to the next one on the device.
 */
export class DraftStore {
    /**
     * @param {Storage} storage of the browser
     * @param {string} database
     * @param {number} userId whose drafts
     */
    constructor(storage, database, userId) {
        this.storage = storage;
        this.shared = `${PREFIX}.${database}.`;
        this.prefix = `${this.shared}${userId}.`;
        this.isClosed = false;
    }

    key(showcaseId) {
        return `${this.prefix}${showcaseId}`;
    }

    /** @returns {{draft: object, data: object}|null} */
    load(showcaseId) {
        try {
            return JSON.parse(this.storage.getItem(this.key(showcaseId)));
        } catch {
            return null;
        }
    }

    /**
     * Keep a draft, with what the server told of its call.
     *
     * @returns {boolean} false where the device is full or refuses
     */
    save(draft, data) {
        if (this.isClosed) {
            return false;
        }
        draft.savedAt = Date.now();
        try {
            const text = JSON.stringify({draft, data});
            this.storage.setItem(this.key(draft.showcaseId), text);
            return true;
        } catch {
            return false;
        }
    }

    remove(showcaseId) {
        this.storage.removeItem(this.key(showcaseId));
    }

    listKeys(prefix) {
        return Array.from({length: this.storage.length}, (_, index) =>
            this.storage.key(index)
        ).filter((key) => key?.startsWith(prefix));
    }

    /** Everything of this user, whichever showcase it is of. */
    list() {
        return this.listKeys(this.prefix)
            .map((key) => this.load(key.slice(this.prefix.length)))
            .filter((kept) => kept?.draft);
    }

    /** Forget everything of this user, who leaves: nothing is kept from now on. */
    clear() {
        this.isClosed = true;
        for (const key of this.listKeys(this.prefix)) {
            this.storage.removeItem(key);
        }
    }

    /** Forget what other users left here, and what nobody went on with for long. */
    tidy() {
        for (const key of this.listKeys(this.shared)) {
            if (!key.startsWith(this.prefix)) {
                this.storage.removeItem(key);
            }
        }
        const since = Date.now() - KEEP_DAYS * 24 * 3600 * 1000;
        const queued = this.listQueued().map(({draft}) => draft.showcaseId);
        for (const {draft} of this.list()) {
            // What waits for the network is sent, however old it is
            if (draft.savedAt < since && !queued.includes(draft.showcaseId)) {
                this.remove(draft.showcaseId);
            }
        }
    }

    /** What is to be sent: whole reports, and adverse events ahead of theirs. */
    listQueued() {
        return this.list().filter(
            ({draft}) =>
                draft.status === QUEUED || (draft.event.isQueued && !draft.event.number)
        );
    }
}
