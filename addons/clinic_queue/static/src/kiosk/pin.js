/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

/** So many wrong codes, then nobody may try for so long (ms). */
const TRIES = 5;
const PAUSE = 60000;

/** Checks the code of staff, which the tablet knows by its hash alone. */
export class PinCheck {
    constructor({now = () => Date.now(), coder = globalThis.crypto} = {}) {
        Object.assign(this, {now, coder, wrong: 0, until: 0});
    }

    /** Whether too many codes were wrong just now. */
    get isPaused() {
        return this.now() < this.until;
    }

    /**
     * @param {string} pin as typed
     * @param {object} seal as the server tells it: salt, rounds, hash
     * @returns {Promise<boolean>} whether it is the code
     */
    async check(pin, seal) {
        if (this.isPaused) {
            return false;
        }
        const isRight = (await this.hash(pin.trim(), seal)) === seal.hash;
        this.wrong = isRight ? 0 : this.wrong + 1;
        if (this.wrong >= TRIES) {
            Object.assign(this, {wrong: 0, until: this.now() + PAUSE});
        }
        return isRight;
    }

    async hash(pin, {salt, rounds: iterations}) {
        const encoder = new TextEncoder();
        const {subtle} = this.coder;
        const key = await subtle.importKey(
            "raw",
            encoder.encode(pin),
            "PBKDF2",
            false,
            ["deriveBits"]
        );
        const options = {
            name: "PBKDF2",
            hash: "SHA-256",
            salt: encoder.encode(salt),
            iterations,
        };
        const bits = new Uint8Array(await subtle.deriveBits(options, key, 256));
        return [...bits].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    }
}
