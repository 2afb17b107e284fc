/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {QUEUED} from "./call_draft";

const PREFIX = "pharma_showcase.call";

/**
 * Reports that are typed or wait to be sent, on this device: one for each showcase and
 * user. Kept until the server has them.
 */
export class DraftStore {
    /**
     * @param {Storage} storage of the browser
     * @param {string} owner whose drafts: database and user
     */
    constructor(storage, owner) {
        this.storage = storage;
        this.prefix = `${PREFIX}.${owner}.`;
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

    /** Everything of this user, whichever showcase it is of. */
    list() {
        const keys = Array.from({length: this.storage.length}, (_, index) =>
            this.storage.key(index)
        );
        return keys
            .filter((key) => key?.startsWith(this.prefix))
            .map((key) => this.load(key.slice(this.prefix.length)))
            .filter((kept) => kept?.draft);
    }

    /** What is to be sent: whole reports, and adverse events ahead of theirs. */
    listQueued() {
        return this.list().filter(
            ({draft}) =>
                draft.status === QUEUED || (draft.event.isQueued && !draft.event.number)
        );
    }
}
