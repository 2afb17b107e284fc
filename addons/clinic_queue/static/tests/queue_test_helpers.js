/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {
    defineModels,
    fields,
    mockService,
    models,
} from "@web/../tests/web_test_helpers";

/** Seconds on the server's clock when the screen asks: 2030-06-04 08:00 UTC. */
export const NOW = 1906790400;
export const TODAY = "2030-06-04 08:00:00";

/** What the screen asks the server, told to `expect.step` by each test. */
export const server = {state: null, alerts: null, calls: [], answer: () => "Done."};

const LEVELS = [
    {id: 11, code: 1, name: "Immediate", color: 1, target: 0, is_alarm: true},
    {id: 12, code: 2, name: "Very urgent", color: 2, target: 10, is_alarm: false},
    {id: 14, code: 4, name: "Standard", color: 10, target: 60, is_alarm: false},
];

export function makeTicket(id, values = {}) {
    return {
        ...{id, name: `A-00${id}`, state: "waiting", state_label: "Waiting"},
        ...{queue_id: 1, queue: "Walk-ins", patient: `Patient ${id}`, doctor: ""},
        ...{desk: "", service: "", slot: false, level: "Standard", level_id: 14},
        ...{level_code: 4, color: 10, calls: 0, called_at: false, started_at: false},
        ...{parked_at: false, alarm_taken_by: "", clock: NOW - 600, waited: 10},
        ...{target: 60, is_early: false, is_overdue: false, low: 5, high: 15},
        ...{why: ["Before A-009 because the wait began earlier."], hint: ""},
        ...{sums: ["Standard (level 4).", "Waited 10 min of 1 h (17 %)."]},
        ...{only_desk: "", only_desk_id: false, doctor_id: false},
        ...{requirements: "", reason: "", is_mine: true, is_alarm: false},
        ...values,
    };
}

export function makeDesk(id, values = {}) {
    return {
        ...{id, name: `Room ${id}`, site: "North", state: "closed", label: "Closed"},
        ...{paused_until: false, room: "", user: "", doctor: ""},
        ...{queues: ["Walk-ins"], skills: []},
        ...values,
    };
}

export function makeState(values = {}) {
    const desk = makeDesk(1, {state: "open", label: "Open", user: "Me"});
    const waiting = [makeTicket(1), makeTicket(2)];
    return {
        ...{seconds: NOW, desks: [desk, makeDesk(2)], desk, doctors: []},
        ...{rights: {triage: true, join: true, configure: false}},
        ...{waiting, next_id: waiting[0].id, current: [], alarms: [], signs: []},
        ...{parked: [], absent: [], due: [], unserved: [], undo: false},
        queues: [
            {
                ...{id: 1, name: "Walk-ins", code: "A", site: "North"},
                ...{takes_walk_ins: true, allow_reorder: true, absent_after: 3},
                ...{levels: LEVELS, credits: [{id: 5, name: "Elderly"}]},
            },
        ],
        ...values,
    };
}

function answer(method, args) {
    // Without the context, which comes last
    server.calls.push([method, ...args.filter((arg) => !arg?.context)]);
    return server.answer(method, args);
}

class Desk extends models.Model {
    _name = "clinic.queue.desk";
    name = fields.Char();
    get_screen_state() {
        return server.state;
    }
    screen_open(ids, ...args) {
        return answer("screen_open", [ids, ...args]);
    }
    screen_call_next(ids, ...args) {
        return answer("screen_call_next", [ids, ...args]);
    }
    screen_call(ids, ...args) {
        return answer("screen_call", [ids, ...args]);
    }
    screen_call_alarm(ids, ...args) {
        return answer("screen_call_alarm", [ids, ...args]);
    }
}

class Ticket extends models.Model {
    _name = "clinic.queue.ticket";
    name = fields.Char();
    get_staff_alerts() {
        return server.alerts;
    }
    take_alarm(ids) {
        return answer("take_alarm", [ids]);
    }
    start_service(ids) {
        answer("start_service", [ids]);
        return null;
    }
    screen_triage(ids, ...args) {
        return answer("screen_triage", [ids, ...args]);
    }
    get_transfer_targets() {
        return server.targets;
    }
    screen_transfer(ids, ...args) {
        return answer("screen_transfer", [ids, ...args]);
    }
    screen_undo(ids, ...args) {
        return answer("screen_undo", [ids, ...args]);
    }
    screen_move_ahead(ids, ...args) {
        return answer("screen_move_ahead", [ids, ...args]);
    }
}

class Queue extends models.Model {
    _name = "clinic.queue";
    name = fields.Char();
    screen_emergency(ids, ...args) {
        return answer("screen_emergency", [ids, ...args]);
    }
}

/** A bus that tests speak for. */
export function mockBus() {
    const callbacks = new Set();
    const target = new EventTarget();
    mockService("bus_service", {
        addChannel: () => true,
        deleteChannel: () => true,
        subscribe: (type, callback) =>
            type === "clinic_queue.changed" && callbacks.add(callback),
        unsubscribe: (type, callback) => callbacks.delete(callback),
        addEventListener: target.addEventListener.bind(target),
        removeEventListener: target.removeEventListener.bind(target),
        start: () => true,
        forceUpdateChannels: () => true,
    });
    return {poke: () => callbacks.forEach((callback) => callback({}))};
}

export function defineQueueModels() {
    defineMailModels();
    defineModels([Desk, Queue, Ticket]);
}

export function resetServer() {
    server.state = makeState();
    server.alerts = {alarms: [], due: [], may_triage: true};
    server.calls = [];
    server.answer = () => "Done.";
}
