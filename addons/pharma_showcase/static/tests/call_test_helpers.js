/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

function makeLot(lot_id, quantity) {
    return {
        ...{lot_id, lot: `L-${lot_id}`, product_id: 1, product: "Cardiolex"},
        ...{expires_on: "2031-06-01", quantity, allowance: 4},
    };
}

/** What the server tells of a call with two products and three lots. */
export function makeScreen(values = {}) {
    return {
        showcase: {
            ...{id: 5, name: "SHW-2030-0001", doctor: "Dr Olive Outside"},
            ...{site: "Practice", when: "Jun 3, 2030, 12:00 PM", has_begun: true},
            ...{start: "2030-06-03T12:00+02:00", modality: "In person"},
            state: "confirmed",
        },
        lines: [
            {product_id: 1, product: "Cardiolex", planned: true},
            {product_id: 2, product: "Dermafine", planned: true},
        ],
        products: [
            {id: 1, name: "Cardiolex"},
            {id: 2, name: "Dermafine"},
            {id: 3, name: "Respirol"},
        ],
        stock: [makeLot(11, 3), makeLot(12, 8)],
        steps: [
            ["none", "Nothing agreed"],
            ["follow_up", "Call again"],
        ],
        natures: [["meal", "Meal or drink"]],
        ...{currency: "EUR", report: false, events: []},
        ...values,
    };
}

/** A report as the server tells of it once it is filed. */
export function makeFiled(values = {}) {
    return {
        ...{id: 9, state: "submitted", is_late: false, has_adverse_event: false},
        ...{held_at: "2030-06-03T10:00:00Z", submitted_at: "2030-06-03 10:30:00"},
        ...{objections: "Too dear", competitor: "", next_step: "none"},
        ...{next_step_note: "", follow_up_on: "", note: ""},
        lines: [
            {
                ...{product_id: 2, product: "Dermafine", interest: 2},
                ...{is_requested: true, questions: ""},
            },
        ],
        ...values,
    };
}

/** A storage of the browser that tests may break. */
export function makeStorage() {
    const items = new Map();
    return {
        get length() {
            return items.size;
        },
        key: (index) => [...items.keys()][index] ?? null,
        getItem: (key) => items.get(key) ?? null,
        setItem: (key, value) => items.set(key, String(value)),
        removeItem: (key) => items.delete(key),
    };
}
