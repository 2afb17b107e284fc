/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {describe, expect, test} from "@odoo/hoot";
import {mockDate} from "@odoo/hoot-mock";
import {
    DRAFT,
    QUEUED,
    addProduct,
    getMissing,
    getMost,
    getPacks,
    makeDraft,
    rate,
    setDrop,
    toMessage,
} from "@pharma_showcase/call_report/call_draft";
import {DraftStore, KEEP_DAYS} from "@pharma_showcase/call_report/draft_store";
import {makeFiled, makeScreen, makeStorage} from "./call_test_helpers";

describe.current.tags("headless");

const answerAll = (draft) => {
    rate(draft.lines[0], 4);
    Object.assign(draft, {hasEvent: false, next_step: "none"});
    return draft;
};

test("a report is prefilled from the plan, and asks for three things", () => {
    const draft = makeDraft(makeScreen());
    expect(draft.lines.map((line) => line.product)).toEqual(["Cardiolex", "Dermafine"]);
    expect(draft.signed_by).toBe("Dr Olive Outside");
    expect(getMissing(draft)).toEqual(["products", "event", "next_step"]);
    expect(getMissing(answerAll(draft))).toEqual([]);
});

test("a step that is dated asks until when, and no other does", () => {
    const draft = answerAll(makeDraft(makeScreen()));
    draft.next_step = "follow_up";
    expect(getMissing(draft)).toEqual(["follow_up_on"]);
    draft.follow_up_on = "2030-07-01";
    expect(getMissing(draft)).toEqual([]);
    draft.next_step = "none";
    expect(toMessage(draft).follow_up_on).toBe("");
});

test("an adverse event that was heard is written down", () => {
    const draft = answerAll(makeDraft(makeScreen()));
    draft.hasEvent = true;
    expect(getMissing(draft)).toEqual(["description"]);
    draft.event.description = "Rash";
    expect(getMissing(draft)).toEqual([]);
});

test("interest zero is an answer; a second tap takes it back", () => {
    const draft = makeDraft(makeScreen());
    rate(draft.lines[0], 0);
    expect(getMissing(draft)).not.toInclude("products");
    expect(toMessage(draft).lines).toEqual([
        {product_id: 1, interest: 0, is_requested: false, questions: ""},
    ]);
    rate(draft.lines[0], 0);
    expect(getMissing(draft)).toInclude("products");
    expect(toMessage(draft).lines).toEqual([]);
});

test("says how many are asked for, where that was said", () => {
    const draft = makeDraft(makeScreen());
    const line = draft.lines[0];
    Object.assign(line, {is_requested: true, requested_quantity: 12});
    expect(toMessage(draft).lines[0].requested_quantity).toBe(12);
    for (const nothing of ["", "x", -3, null]) {
        line.requested_quantity = nothing;
        expect(toMessage(draft).lines[0].requested_quantity).toBe(0);
    }
    line.is_requested = false;
    line.interest = 2;
    expect("requested_quantity" in toMessage(draft).lines[0]).toBe(false);
});

test("a product that came up is added once", () => {
    const draft = makeDraft(makeScreen());
    const line = addProduct(draft, {id: 3, name: "Respirol"});
    expect(addProduct(draft, {id: 3, name: "Respirol"})).toBe(line);
    expect(draft.lines.length).toBe(3);
});

test("packs are limited by what is at hand, by the rules, and over lots", () => {
    const screen = makeScreen();
    const [first, second] = screen.stock;
    const draft = makeDraft(screen);
    setDrop(draft, first, 9);
    expect(getPacks(draft, first)).toBe(3); // At hand
    expect(getMost(second, draft)).toBe(1); // 4 of a period
    setDrop(draft, second, 5);
    expect(getPacks(draft, second)).toBe(1);
    setDrop(draft, first, 0);
    expect(getMost(second, draft)).toBe(4);
    expect(getMost({...first, allowance: null}, draft)).toBe(3);
});

test("samples wait for a signature, which is for what is listed", () => {
    const screen = makeScreen();
    const draft = answerAll(makeDraft(screen));
    setDrop(draft, screen.stock[0], 1);
    expect(getMissing(draft)).toEqual(["signature"]);
    Object.assign(draft, {signature: "data:image/png;base64,x", signed_at: "now"});
    expect(getMissing(draft)).toEqual([]);
    setDrop(draft, screen.stock[0], 2);
    expect(getMissing(draft)).toEqual(["signature"]);
    expect("signature" in toMessage(makeDraft(screen))).toBe(false);
});

test("an amendment begins with what was filed, and says why", () => {
    const draft = makeDraft(makeScreen({report: makeFiled()}));
    expect(draft.isAmendment).toBe(true);
    expect(draft.lines[1].interest).toBe(2);
    expect(draft.objections).toBe("Too dear");
    expect(getMissing(draft)).toEqual(["reason"]);
});

test("drafts are kept by showcase and user", () => {
    const storage = makeStorage();
    const [mine, theirs] = [7, 8].map(
        (userId) => new DraftStore(storage, "db", userId)
    );
    const draft = makeDraft(makeScreen());
    draft.note = "half a sentence";
    expect(mine.save(draft, makeScreen())).toBe(true);
    expect(mine.load(5).draft.note).toBe("half a sentence");
    expect(theirs.load(5)).toBe(null);
    expect(theirs.list()).toEqual([]);
    mine.remove(5);
    expect(mine.load(5)).toBe(null);
});

test("nothing of one user is left to the next one, nor for ever", () => {
    const storage = makeStorage();
    const [mine, theirs, elsewhere] = [
        ["db", 7],
        ["db", 77],
        ["other", 7],
    ].map((who) => new DraftStore(storage, ...who));
    for (const store of [mine, theirs, elsewhere]) {
        store.save(makeDraft(makeScreen()), {});
    }
    mine.tidy();
    expect(mine.list().length).toBe(1);
    expect(theirs.list()).toEqual([]);
    expect(elsewhere.list().length).toBe(1);
    mockDate("2030-06-01 10:00:00");
    mine.save(makeDraft(makeScreen()), {});
    mockDate({year: 2030, month: 6, day: KEEP_DAYS, hour: 10});
    mine.tidy();
    expect(mine.list().length).toBe(1);
    mockDate({year: 2030, month: 6, day: KEEP_DAYS + 2, hour: 10});
    mine.tidy();
    expect(mine.list()).toEqual([]);
});

test("what waits for the network stays however long, until its user leaves", () => {
    const store = new DraftStore(makeStorage(), "db", 7);
    mockDate("2030-06-01 10:00:00");
    store.save({...makeDraft(makeScreen()), status: QUEUED}, {});
    mockDate({year: 2030, month: 6, day: KEEP_DAYS + 2, hour: 10});
    store.tidy();
    expect(store.listQueued().length).toBe(1);
    store.clear();
    expect(store.list()).toEqual([]);
    expect(store.save(makeDraft(makeScreen()), {})).toBe(false);
    expect(store.list()).toEqual([]);
});

test("only what is to be sent is sent", () => {
    const store = new DraftStore(makeStorage(), "db", 7);
    const draft = makeDraft(makeScreen());
    store.save(draft, {});
    expect(draft.status).toBe(DRAFT);
    expect(store.listQueued()).toEqual([]);
    draft.event.isQueued = true;
    store.save(draft, {});
    expect(store.listQueued().length).toBe(1);
    draft.event.number = "AE-2030-0001";
    store.save(draft, {});
    expect(store.listQueued()).toEqual([]);
    draft.status = QUEUED;
    store.save(draft, {});
    expect(store.listQueued().length).toBe(1);
});

test("a device that is full says so, and a broken draft is none", () => {
    const storage = makeStorage();
    storage.setItem = () => {
        throw new DOMException("full", "QuotaExceededError");
    };
    const store = new DraftStore(storage, "db", 7);
    expect(store.save(makeDraft(makeScreen()), {})).toBe(false);
    storage.getItem = () => "{broken";
    expect(store.load(5)).toBe(null);
});
