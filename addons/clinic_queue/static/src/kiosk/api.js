/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

/** An answer that takes longer is none: people wait in front of the tablet (ms). */
const PATIENCE = 8000;

/** What the server says instead of an answer; ``code`` tells what. */
export class Refused extends Error {
    constructor(status, code) {
        super(code);
        this.status = status;
        this.code = code;
    }
}

/** The network, or the server, is away; ``wasReached``: it was there, but did not do it. */
export class Away extends Error {
    constructor(message, wasReached = false) {
        super(message);
        this.wasReached = wasReached;
    }
}

/**
 * @param {Error} error what a request ended with
 * @param {boolean} isLate nobody waited for its answer any more
 * @returns {Error} what it means to who asked
 */
function explain(error, isLate) {
    const isRefused = error instanceof Refused;
    if (isRefused && error.status < 500) {
        return error;
    }
    return new Away(error.message, isLate || isRefused);
}

/** Asks the server for this tablet. */
export class Api {
    constructor(scope) {
        this.scope = scope;
        this.token = "";
    }

    /**
     * @param {string} what the last part of the address
     * @param {object} body
     * @param {number} patience how long an answer may take (ms)
     * @returns {Promise<object>} the answer
     */
    async ask(what, body = {}, patience = PATIENCE) {
        const controller = new AbortController();
        const timer = setTimeout(() => controller.abort(), patience);
        try {
            const response = await fetch(`${this.scope}/${what}`, {
                method: "POST",
                headers: {
                    "Content-Type": "application/json",
                    Accept: "application/json",
                    ...(this.token ? {"X-Clinic-Device": this.token} : {}),
                },
                body: JSON.stringify(body),
                credentials: what === "pair" ? "same-origin" : "omit",
                cache: "no-store",
                signal: controller.signal,
            });
            const answer = await response.json();
            if (response.ok) {
                return answer;
            }
            throw new Refused(response.status, answer.code || "failed");
        } catch (error) {
            throw explain(error, controller.signal.aborted);
        } finally {
            clearTimeout(timer);
        }
    }
}
