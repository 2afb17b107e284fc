/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

const STORES = ["keys", "plain", "items"];
const ALGORITHM = "AES-GCM";

function settle(request) {
    return new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
    });
}

/**
 * What the tablet keeps. Everything about people, and its own secret, is sealed with a
 * key that the browser uses and never shows.
 */
export class Vault {
    /** @param {Crypto} coder the browser's own; tests that play theirs bring one */
    constructor(name, coder = globalThis.crypto) {
        this.name = name;
        this.coder = coder;
    }

    async open() {
        const request = indexedDB.open(this.name, 1);
        request.onupgradeneeded = () =>
            STORES.forEach((store) => request.result.createObjectStore(store));
        this.db = await settle(request);
        this.db.onversionchange = () => this.db.close();
        this.key = await this.getKey();
    }

    async getKey() {
        const known = await this.get("keys", "seal");
        if (known) {
            return known;
        }
        const options = {name: ALGORITHM, length: 256};
        const made = await this.coder.subtle.generateKey(options, false, [
            "encrypt",
            "decrypt",
        ]);
        // Of two pages that start at once, the first one's key is the one
        return this.update("keys", "seal", (first) => first || made);
    }

    async seal(value) {
        const iv = this.coder.getRandomValues(new Uint8Array(12));
        const bytes = new TextEncoder().encode(JSON.stringify(value));
        const sealed = await this.coder.subtle.encrypt(
            {name: ALGORITHM, iv},
            this.key,
            bytes
        );
        return {iv, sealed};
    }

    async unseal({iv, sealed}) {
        const bytes = await this.coder.subtle.decrypt(
            {name: ALGORITHM, iv},
            this.key,
            sealed
        );
        return JSON.parse(new TextDecoder().decode(bytes));
    }

    async getSealed(store, key) {
        const found = await this.get(store, key);
        return found && this.unseal(found);
    }

    async putSealed(store, key, value) {
        await this.put(store, key, await this.seal(value));
    }

    get(store, key) {
        return settle(this.ask(store, "readonly").get(key));
    }

    put(store, key, value) {
        return this.finish(store, (records) => records.put(value, key));
    }

    delete(store, key) {
        return this.finish(store, (records) => records.delete(key));
    }

    getAll(store) {
        return settle(this.ask(store, "readonly").getAll());
    }

    /** Replace a value by what a function makes of it, in one step. */
    update(store, key, change) {
        let changed = null;
        return this.finish(store, (records) => {
            const request = records.get(key);
            request.onsuccess = () => {
                changed = change(request.result);
                records.put(changed, key);
            };
        }).then(() => changed);
    }

    ask(store, mode) {
        return this.db.transaction(store, mode).objectStore(store);
    }

    /** Do something, and wait until it is on the disk. */
    finish(store, action) {
        return new Promise((resolve, reject) => {
            const transaction = this.db.transaction(store, "readwrite", {
                durability: "strict",
            });
            transaction.oncomplete = () => resolve();
            transaction.onabort = () => reject(transaction.error);
            action(transaction.objectStore(store));
        });
    }
}
