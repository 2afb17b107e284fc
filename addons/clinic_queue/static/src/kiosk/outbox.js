/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {realign} from "./clock";

/** What the server gets to see of an item. */
const FIELDS = [
    "uuid",
    "kind",
    "seq",
    "taken_at",
    "number",
    "queue",
    "reason",
    "flags",
    "lang",
    "mobile",
    "appointment",
    "service",
    "doctor",
    "start",
    "name",
    "birthdate",
    "contact",
    "replaces",
];

export function toMessage(item) {
    const entries = FIELDS.map((name) => [name, item[name]]);
    const isSaid = ([, value]) =>
        value !== undefined && value !== null && value !== "" && value !== false;
    return Object.fromEntries(entries.filter(isSaid));
}

/** What was taken and is not answered yet: sealed, in its order, on this tablet. */
export class Outbox {
    constructor(vault, clock) {
        this.vault = vault;
        this.clock = clock;
    }

    /** Keep one item; it is on the disk when this returns. */
    async add(values, device) {
        this.clock.look();
        const seq = await this.vault.update("plain", "seq", (last) => (last || 0) + 1);
        const item = {
            ...values,
            uuid: crypto.randomUUID(),
            seq,
            taken_at: this.clock.now(),
            generation: this.clock.generation,
            device,
        };
        await this.save(item);
        return item;
    }

    async save(item) {
        await this.vault.putSealed("items", item.uuid, item);
    }

    /** Everything, in the order in which it was taken. */
    async list() {
        const records = await this.vault.getAll("items");
        const items = await Promise.all(records.map((item) => this.vault.unseal(item)));
        return items.sort((a, b) => a.seq - b.seq);
    }

    /** How many items of a pairing wait; null as long as no pairing is known. */
    async count(device) {
        if (!device) {
            return null;
        }
        const items = await this.list();
        return items.filter((item) => item.device === device).length;
    }

    get(uuid) {
        return this.vault.getSealed("items", uuid);
    }

    remove(uuid) {
        return this.vault.delete("items", uuid);
    }

    /** The next number that this tablet gives by itself on a day: K1-007. */
    async takeNumber(prefix, day, least = 0) {
        const count = await this.vault.update("plain", "numbers", (known) => {
            const last = known?.day === day && known.prefix === prefix ? known.last : 0;
            return {day, prefix, last: Math.max(last, least) + 1};
        });
        return `${prefix}-${String(count.last).padStart(3, "0")}`;
    }

    /** The clock was set meanwhile: items keep their distance to now. */
    async realign(change) {
        const moved = realign(await this.list(), change, this.clock.generation);
        await Promise.all(moved.map((item) => this.save(item)));
    }
}
