/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {after, describe, expect, test} from "@odoo/hoot";
import {Away} from "@clinic_queue/kiosk/api";
import {Clock} from "@clinic_queue/kiosk/clock";
import {Outbox, toMessage} from "@clinic_queue/kiosk/outbox";
import {Syncer} from "@clinic_queue/kiosk/syncer";
import {Vault} from "@clinic_queue/kiosk/vault";

describe.current.tags("desktop");

const DEVICE = 7;
let count = 0;

/** The browser's real one: the test page plays its own. */
function getCrypto() {
    const frame = document.createElement("iframe");
    document.body.append(frame);
    after(() => frame.remove());
    return frame.contentWindow.crypto;
}

async function makeOutbox() {
    const vault = new Vault(`kiosk_test_${Date.now()}_${count++}`, getCrypto());
    await vault.open();
    after(() => {
        vault.db.close();
        indexedDB.deleteDatabase(vault.name);
    });
    return new Outbox(vault, new Clock({now: () => 5000, ticks: () => 0}));
}

/** Play the server: it does each item once, and answers as it is told. */
function makeSyncer(outbox, {lose = 0, onSync} = {}) {
    const tickets = new Map();
    let lost = 0;
    const api = {
        async ask(_what, {items, left}) {
            for (const item of items) {
                if (!tickets.has(item.uuid)) {
                    tickets.set(item.uuid, item.number || `A-00${tickets.size + 1}`);
                } else if (item.number) {
                    tickets.set(item.uuid, item.number);
                }
            }
            await onSync?.(items, left);
            if (lost++ < lose) {
                throw new Away("lost", true);
            }
            const results = items.map(({uuid, number}) => ({
                uuid,
                number,
                state: "synced",
                ticket: {number: tickets.get(uuid)},
            }));
            return {now: 5000, results, problems: []};
        },
    };
    const locks = {request: (_name, callback) => callback()};
    const syncer = new Syncer({outbox, api, clock: outbox.clock, locks});
    return {syncer, tickets};
}

test("items keep their order and leave when they are answered", async () => {
    const outbox = await makeOutbox();
    const taken = [];
    for (let number = 1; number <= 12; number++) {
        taken.push((await outbox.add({kind: "walk_in", queue: number}, DEVICE)).uuid);
    }
    const {syncer, tickets} = makeSyncer(outbox);
    const answers = await syncer.run(DEVICE);
    expect([...tickets.keys()]).toEqual(taken);
    expect(answers.size).toBe(12);
    expect(await outbox.list()).toEqual([]);
});

test("a lost answer is asked for again, and nothing is doubled", async () => {
    const outbox = await makeOutbox();
    await outbox.add({kind: "walk_in"}, DEVICE);
    const {syncer, tickets} = makeSyncer(outbox, {lose: 1});
    await expect(syncer.run(DEVICE)).rejects.toThrow("lost");
    expect(await outbox.list()).toHaveLength(1);
    await syncer.run(DEVICE);
    expect(tickets.size).toBe(1);
    expect(await outbox.list()).toHaveLength(0);
});

test("a backlog goes in small parts that grow, and shrink when one fails", async () => {
    const outbox = await makeOutbox();
    for (let number = 1; number <= 75; number++) {
        await outbox.add({kind: "walk_in"}, DEVICE);
    }
    const sent = [];
    const {syncer, tickets} = makeSyncer(outbox, {
        lose: 1,
        onSync: (items, left) => sent.push([items.length, left]),
    });
    await expect(syncer.run(DEVICE)).rejects.toThrow("lost");
    await syncer.run(DEVICE);
    expect(sent).toEqual([
        [10, 65],
        [5, 70],
        [10, 60],
        [20, 40],
        [40, 0],
    ]);
    expect(tickets.size).toBe(75);
    expect(await outbox.list()).toHaveLength(0);
});

test("a number given while the answer is under way goes to the server", async () => {
    const outbox = await makeOutbox();
    const item = await outbox.add({kind: "walk_in"}, DEVICE);
    let isFirst = true;
    const {syncer, tickets} = makeSyncer(outbox, {
        onSync: async () => {
            if (isFirst) {
                isFirst = false;
                await outbox.save({...item, number: "K1-001"});
            }
        },
    });
    const answers = await syncer.run(DEVICE);
    expect(tickets.get(item.uuid)).toBe("K1-001");
    expect(answers.get(item.uuid).ticket.number).toBe("K1-001");
    expect(await outbox.list()).toHaveLength(0);
});

test("items of another pairing stay", async () => {
    const outbox = await makeOutbox();
    await outbox.add({kind: "walk_in"}, DEVICE + 1);
    const {syncer, tickets} = makeSyncer(outbox);
    await syncer.run(DEVICE);
    expect(tickets.size).toBe(0);
    expect(await outbox.list()).toHaveLength(1);
});

test("two at once send everything once", async () => {
    const outbox = await makeOutbox();
    await outbox.add({kind: "walk_in"}, DEVICE);
    const sent = [];
    const {syncer} = makeSyncer(outbox, {onSync: (items) => sent.push(items.length)});
    await Promise.all([syncer.run(DEVICE), syncer.run(DEVICE)]);
    expect(sent).toEqual([1]);
});

test("numbers count by day and never go back", async () => {
    const outbox = await makeOutbox();
    expect(await outbox.takeNumber("K1", "2026-01-01")).toBe("K1-001");
    expect(await outbox.takeNumber("K1", "2026-01-01")).toBe("K1-002");
    expect(await outbox.takeNumber("K1", "2026-01-01", 41)).toBe("K1-042");
    expect(await outbox.takeNumber("K1", "2026-01-01", 3)).toBe("K1-043");
    expect(await outbox.takeNumber("K1", "2026-01-02")).toBe("K1-001");
});

test("what is kept cannot be read without the key, which nobody gets", async () => {
    const outbox = await makeOutbox();
    await outbox.add({kind: "request", name: "Zoe Zander"}, DEVICE);
    const [record] = await outbox.vault.getAll("items");
    expect(Object.keys(record).sort()).toEqual(["iv", "sealed"]);
    const text = new TextDecoder().decode(record.sealed);
    expect(text.includes("Zander")).toBe(false);
    expect(outbox.vault.key.extractable).toBe(false);
    const {key, coder} = outbox.vault;
    await expect(coder.subtle.exportKey("raw", key)).rejects.toThrow();
    const again = new Vault(outbox.vault.name, coder);
    await again.open();
    expect((await again.unseal(record)).name).toBe("Zoe Zander");
    again.db.close();
});

test("a message says what was said, and nothing of the tablet", () => {
    const item = {uuid: "u", kind: "walk_in", seq: 1, taken_at: 2, device: 3};
    const more = {generation: 4, mobile: "", queue: 0, reason: null, flags: [5]};
    expect(toMessage({...item, ...more})).toEqual({
        uuid: "u",
        kind: "walk_in",
        seq: 1,
        taken_at: 2,
        queue: 0,
        flags: [5],
    });
});
