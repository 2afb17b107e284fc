/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

/** A clock that jumps by more than that was set, or slept (ms). */
export const TOLERANCE = 5000;

/**
 * The tablet's clock, and how far it is off. It may be wrong, and may be set while the
 * network is away: what was taken before keeps its distance to the present.
 */
export class Clock {
    constructor({now, ticks, offset = null} = {}) {
        this.now = now || (() => Date.now());
        this.ticks = ticks || (() => performance.now());
        this.offset = offset;
        this.generation = 0;
        this.measured = 0;
        this.look();
    }

    /**
     * Begin after the items that are kept: nobody knows whether the clock was set while
     * the page was away, so they count as taken by another one.
     */
    follow(items) {
        const known = items.map(({generation}) => generation || 0);
        this.generation = Math.max(this.generation, ...known) + 1;
    }

    /** Whether the clock may have been set since it was measured. */
    get isUnsure() {
        this.look();
        return this.generation !== this.measured;
    }

    /** Note where both clocks stand; return by how much the tablet's one has jumped. */
    look() {
        const [wall, tick] = [this.now(), this.ticks()];
        const jump = this.last ? wall - this.last.wall - (tick - this.last.tick) : 0;
        this.last = {wall, tick};
        if (Math.abs(jump) > TOLERANCE) {
            this.generation++;
            return jump;
        }
        return 0;
    }

    /**
     * Measure how far the tablet's clock is behind the server's, by an answer.
     *
     * @param {number} server its clock (ms) when it answered
     * @param {number} sent the tablet's clock before
     * @returns {number} by how much the offset has changed since it was last measured
     */
    measure(server, sent) {
        this.look();
        this.measured = this.generation;
        const before = this.offset;
        this.offset = server - (sent + this.now()) / 2;
        const change = before === null ? 0 : this.offset - before;
        return Math.abs(change) > TOLERANCE ? change : 0;
    }

    /** The server's time (ms), as far as it is known. */
    correct(wall = this.now()) {
        return wall + (this.offset || 0);
    }
}

/**
 * Take items along when the tablet's clock was set: by how much the offset changed,
 * those move that were taken by the clock as it was before.
 *
 * @param {object[]} items with ``taken_at`` (ms) and the ``generation`` of the clock
 * @param {number} change as ``Clock.measure`` returns it
 * @param {number} generation the clock's present one
 * @returns {object[]} the items that moved
 */
export function realign(items, change, generation) {
    if (!change) {
        return [];
    }
    return items
        .filter((item) => item.generation < generation)
        .map((item) => ({
            ...item,
            taken_at: Math.max(0, Math.round(item.taken_at - change)),
            generation,
        }));
}

/** The date (YYYY-MM-DD) in a time zone. */
export function getDay(moment, zone) {
    const options = {timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit"};
    return new Intl.DateTimeFormat("en-CA", options).format(moment);
}
