/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {after, describe, expect, test} from "@odoo/hoot";
import {Deferred, advanceTime} from "@odoo/hoot-mock";
import {Away} from "@clinic_queue/kiosk/api";
import {Clock} from "@clinic_queue/kiosk/clock";
import {KioskModel, WAIT} from "@clinic_queue/kiosk/kiosk_model";
import {Outbox} from "@clinic_queue/kiosk/outbox";
import {Syncer} from "@clinic_queue/kiosk/syncer";
import {Vault} from "@clinic_queue/kiosk/vault";

describe.current.tags("desktop");

const MINUTE = 60000;
let count = 0;

function getCrypto() {
    const frame = document.createElement("iframe");
    document.body.append(frame);
    after(() => frame.remove());
    return frame.contentWindow.crypto;
}

/** Play a kiosk and its server; ``onSync`` is called while the server thinks. */
async function makeKiosk({onSync, reply = (answer) => answer} = {}) {
    const time = {wall: 100 * MINUTE, tick: 0};
    const clock = new Clock({now: () => time.wall, ticks: () => time.tick});
    const vault = new Vault(`kiosk_take_${Date.now()}_${count++}`, getCrypto());
    await vault.open();
    after(() => {
        vault.db.close();
        indexedDB.deleteDatabase(vault.name);
    });
    const outbox = new Outbox(vault, clock);
    const calls = [];
    const tickets = new Map();
    const api = {
        token: "7.secret",
        async ask(what, body = {}) {
            calls.push({what, ...body});
            const items = body.items || [];
            for (const {uuid} of items) {
                tickets.set(
                    uuid,
                    tickets.get(uuid) || `A-${String(tickets.size + 1).padStart(3, 0)}`
                );
            }
            if (what === "sync") {
                await onSync?.(items, calls.filter((call) => call.items).length);
            }
            const results = items.map(({uuid, number}) =>
                reply({
                    uuid,
                    number: number || false,
                    state: "synced",
                    ticket: {number: tickets.get(uuid)},
                })
            );
            return {now: 100 * MINUTE + time.tick, results, problems: []};
        },
    };
    const locks = {request: (_name, callback) => callback()};
    const syncer = new Syncer({outbox, api, clock, locks});
    const texts = {en_US: {}};
    const model = new KioskModel({vault, api, clock, outbox, syncer, texts, mode: ""});
    model.config = {device: {id: 7, prefix: "K1"}, zone: "UTC", last_number: 0};
    return {model, outbox, syncer, clock, time, calls, tickets};
}

test("who takes a number while a backlog is sent gets the server's answer", async () => {
    let taking = null;
    const {model, outbox, tickets} = await makeKiosk({
        onSync: async (_items, turn) => {
            if (turn === 1) {
                taking = model.take({kind: "walk_in"});
                // The new item is on the disk before the first answer is there
                while ((await outbox.list()).length < 2) {
                    await Promise.resolve();
                }
            }
        },
    });
    await outbox.add({kind: "walk_in", number: "K1-001"}, 7);
    await model.sync();
    const answer = await taking;
    expect(answer.ticket.number).toBe("A-002");
    expect(answer.number).toBe(false);
    expect(tickets.size).toBe(2);
    expect(await outbox.list()).toEqual([]);
});

test("an answer of the turn before counts when the own turn fails", async () => {
    let taking = null;
    const {model, outbox} = await makeKiosk({
        onSync: async (items, turn) => {
            if (turn === 1) {
                taking = model.take({kind: "walk_in"});
                while ((await outbox.list()).length < 2) {
                    await Promise.resolve();
                }
            } else if (turn === 2) {
                await outbox.add({kind: "walk_in", number: "K1-009"}, 7);
            } else if (turn === 3) {
                throw new Away("gone");
            }
        },
    });
    await outbox.add({kind: "walk_in", number: "K1-001"}, 7);
    await model.sync().catch(() => null);
    expect((await taking).ticket.number).toBe("A-002");
});

test("nobody waits for a sync that hangs, and nothing is doubled", async () => {
    const [reached, held] = [new Deferred(), new Deferred()];
    const {model, outbox, calls, tickets} = await makeKiosk({
        onSync: async (_items, turn) => {
            if (turn === 1) {
                reached.resolve();
                await held;
            }
        },
    });
    const taking = model.take({kind: "walk_in"});
    // The server has it, and its answer does not come
    await reached;
    await advanceTime(WAIT);
    expect((await taking).number).toBe("K1-001");
    held.resolve();
    await model.sync();
    expect(tickets.size).toBe(1);
    expect(calls.at(-1).items.map(({number}) => number)).toEqual(["K1-001"]);
    expect(await outbox.list()).toEqual([]);
});

test("an item that another page has sent is sent again with its number", async () => {
    const {model, outbox, calls} = await makeKiosk({
        onSync: async (items, turn) => {
            if (turn === 1) {
                await outbox.remove(items[0].uuid);
                throw new Away("lost");
            }
        },
    });
    const answer = await model.take({kind: "walk_in"});
    expect(answer.number).toBe("K1-001");
    await model.sync();
    expect(calls.at(-1).items.map(({number}) => number)).toEqual(["K1-001"]);
    expect(await outbox.list()).toEqual([]);
});

test("whatever the server answers for a number ends its item", async () => {
    const foreign = (answer) => ({...answer, number: false, state: "conflict"});
    const {model, outbox, calls} = await makeKiosk({reply: foreign});
    await outbox.add({kind: "walk_in", number: "ZZ-001"}, 7);
    await model.sync();
    expect(calls).toHaveLength(1);
    expect(await outbox.list()).toEqual([]);
});

test("a clock set since it was measured is measured before anything is sent", async () => {
    const {model, outbox, clock, time, calls} = await makeKiosk();
    clock.measure(100 * MINUTE, clock.now());
    await outbox.add({kind: "walk_in", number: "K1-001"}, 7);
    time.wall += 60 * MINUTE;
    await model.sync();
    expect(calls.map(({what}) => what)).toEqual(["state", "sync"]);
    const {sent_at: sent, items} = calls[1];
    expect(sent - items[0].taken_at).toBe(0);
});

test("items of the page before move with a clock that was set meanwhile", async () => {
    const {model, outbox, clock, time, calls} = await makeKiosk();
    clock.measure(100 * MINUTE, clock.now());
    clock.generation = 3;
    await outbox.add({kind: "walk_in", number: "K1-001"}, 7);
    // The tablet begins anew, and its clock was set by an hour while it was off
    time.wall += 60 * MINUTE;
    const again = new Clock({now: () => time.wall, ticks: () => 0});
    Object.assign(again, {offset: clock.offset});
    Object.assign(outbox, {clock: again});
    Object.assign(model.syncer, {clock: again});
    again.follow(await outbox.list());
    expect(again.generation).toBe(4);
    await model.sync();
    expect(calls[1].sent_at - calls[1].items[0].taken_at).toBe(0);
});
