/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

/**
 * A call report as it is typed, before the server has it: plain values that can be
 * kept as JSON. Nothing here knows of the screen, the device or the server.
 */

/** What a report waits for. */
export const DRAFT = "draft";
export const QUEUED = "queued";
export const REFUSED = "refused";

/** Next steps for which somebody must know until when. */
const DATED_STEPS = ["follow_up", "information", "samples", "offer"];

/** Packs of one product that a doctor asks for, at most. */
const MOST_REQUESTED = 9999;

export function makeUuid() {
    return crypto.randomUUID
        ? crypto.randomUUID()
        : Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
              byte.toString(16).padStart(2, "0")
          ).join("");
}

function makeLine({product_id, product, planned}) {
    return {
        ...{product_id, product, planned: Boolean(planned)},
        ...{interest: null, is_requested: false, requested_quantity: 0, questions: ""},
    };
}

export function makeEvent() {
    return {
        ...{uuid: makeUuid(), aware_at: new Date().toISOString(), description: ""},
        ...{product_id: false, is_serious: false, isQueued: false, number: ""},
    };
}

/** The line of a product, a new one where the call was not planned with it. */
export function addProduct(draft, {id, name}) {
    let line = draft.lines.find((item) => item.product_id === id);
    if (!line) {
        draft.lines.push(makeLine({product_id: id, product: name}));
        line = draft.lines.at(-1);
    }
    return line;
}

/** Put what was filed into a draft: an amendment begins with what the report says. */
function fillFiled(draft, filed) {
    for (const name of ["objections", "competitor", "next_step", "next_step_note"]) {
        draft[name] = filed[name];
    }
    draft.follow_up_on = filed.follow_up_on;
    draft.note = filed.note;
    draft.hasEvent = filed.has_adverse_event;
    for (const said of filed.lines) {
        const line = addProduct(draft, {id: said.product_id, name: said.product});
        line.interest = said.interest;
        line.is_requested = said.is_requested;
        line.requested_quantity = said.requested_quantity || 0;
        line.questions = said.questions;
    }
    return draft;
}

/**
 * A new report, prefilled from what was planned.
 *
 * @param {object} data what the server told of the call
 */
export function makeDraft(data) {
    const filed = data.report || null;
    const draft = {
        ...{uuid: makeUuid(), showcaseId: data.showcase.id, status: DRAFT},
        ...{message: "", reason: "", isAmendment: Boolean(filed), isTouched: false},
        ...{held_at: filed ? filed.held_at : "", filed_at: "", savedAt: 0},
        lines: data.lines.map(makeLine),
        ...{objections: "", competitor: "", next_step: "", next_step_note: ""},
        ...{follow_up_on: "", note: "", hasEvent: null, event: makeEvent()},
        ...{drops: [], asked: [], transfers: []},
        ...{signature: "", signed_by: data.showcase.doctor, signed_at: ""},
    };
    return filed ? fillFiled(draft, filed) : draft;
}

/** A second tap on the same number takes it back. */
export function rate(line, interest) {
    line.interest = line.interest === interest ? null : interest;
}

export function needsDate(draft) {
    return DATED_STEPS.includes(draft.next_step);
}

/** How many packs of a lot may be handed out now: at hand, and by the limits. */
export function getMost(lot, draft) {
    const given = draft.drops
        .filter((drop) => drop.product_id === lot.product_id)
        .filter((drop) => drop.lot_id !== lot.lot_id)
        .reduce((sum, drop) => sum + drop.quantity, 0);
    const isLimited = lot.allowance !== null && lot.allowance !== false;
    const allowed = isLimited ? lot.allowance - given : lot.quantity;
    return Math.max(Math.min(lot.quantity, allowed), 0);
}

/** Hand out so many packs of a lot; none takes the lot off the list. */
export function setDrop(draft, lot, quantity) {
    draft.drops = draft.drops.filter((drop) => drop.lot_id !== lot.lot_id);
    const most = getMost(lot, draft);
    const packs = Math.max(Math.min(quantity, most), 0);
    if (packs) {
        const {lot_id, product_id} = lot;
        draft.drops.push({lot_id, product_id, quantity: packs});
    }
    // A signature is for what was listed when it was given
    draft.signature = "";
    draft.signed_at = "";
}

export function getPacks(draft, lot) {
    return draft.drops.find((drop) => drop.lot_id === lot.lot_id)?.quantity || 0;
}

function isEventKnown({event}) {
    return Boolean(event.number || event.description.trim());
}

/** How many packs the doctor asks for: a whole number, 0 where it was not said. */
function toQuantity(value) {
    return Math.min(Math.max(Math.round(Number(value)) || 0, 0), MOST_REQUESTED);
}

/** What the server gets to see of a product. */
function toLine({product_id, interest, is_requested, requested_quantity, questions}) {
    const line = {product_id, interest, is_requested, questions};
    return is_requested
        ? {...line, requested_quantity: toQuantity(requested_quantity)}
        : line;
}

/**
 * What is missing before the report can be filed, in the order of the screen. Of these
 * a report has four at most; the rest comes with what is added on purpose.
 *
 * @returns {string[]}
 */
export function getMissing(draft) {
    const isRated = draft.lines.some((line) => line.interest !== null);
    const checks = [
        ["products", !isRated],
        ["event", draft.hasEvent === null],
        ["description", draft.hasEvent && !isEventKnown(draft)],
        ["next_step", !draft.next_step],
        ["follow_up_on", needsDate(draft) && !draft.follow_up_on],
        ["signature", draft.drops.length && !(draft.signature && draft.signed_by)],
        ["reason", draft.isAmendment && !draft.reason.trim()],
    ];
    return checks.filter(([, isMissing]) => isMissing).map(([name]) => name);
}

/** What the server gets to see of a report. */
export function toMessage(draft) {
    const lines = draft.lines
        .filter((line) => line.interest !== null || line.is_requested)
        .map(toLine);
    const {uuid, reason, held_at, filed_at, objections, competitor} = draft;
    const {next_step, next_step_note, follow_up_on, note} = draft;
    const {signature, signed_by, signed_at} = draft;
    return {
        ...{uuid, reason, held_at, filed_at, lines, objections, competitor},
        ...{next_step, next_step_note, note},
        follow_up_on: needsDate(draft) ? follow_up_on : "",
        has_adverse_event: draft.hasEvent,
        drops: draft.drops.map(({lot_id, quantity}) => ({lot_id, quantity})),
        asked: draft.asked.map(({product_id, quantity}) => ({product_id, quantity})),
        transfers: draft.transfers.map(({nature, amount}) => ({
            ...{nature, amount: Number(amount)},
        })),
        ...(draft.drops.length ? {signature, signed_by, signed_at} : {}),
    };
}

/** What the server gets to see of an adverse event. */
export function toEventMessage({uuid, aware_at, description, product_id, is_serious}) {
    return {uuid, aware_at, description, product_id, is_serious};
}
