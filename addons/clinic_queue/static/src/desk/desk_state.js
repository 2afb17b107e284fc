/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {onWillStart, onWillUnmount, useEnv, useState} from "@odoo/owl";
import {browser} from "@web/core/browser/browser";
import {_t} from "@web/core/l10n/translation";
import {ConnectionLostError, RPCError} from "@web/core/network/rpc";
import {user} from "@web/core/user";
import {useBus, useService} from "@web/core/utils/hooks";
import {ALARM_TAKEN} from "@clinic_queue/alarm/alert_service";
import {useQueueLive} from "@clinic_queue/live/use_queue_live";

const DESK = "clinic.queue.desk";
const TICKET = "clinic.queue.ticket";

/** Times on the screen go on this often (ms). */
export const TICK = 10000;
/** Without news the screen looks again this often (ms): orders change with time. */
export const LOOK_AGAIN = 30000;

/** Names of errors whose sentence is meant for people. */
const SPOKEN = /(QueueError|UserError|ValidationError|AccessError|MissingError)$/;

function memoryKey() {
    return `clinic_queue.desk.${user.userId}`;
}

/** What the screen shows, and the steps that its buttons take. */
export class DeskState {
    constructor(orm, alerts, notification) {
        this.orm = orm;
        this.notification = notification;
        this.alerts = alerts;
        this.data = null;
        this.error = "";
        this.closeError = () => null;
        this.message = "";
        this.isBusy = false;
        this.isOffline = false;
        this.seconds = 0;
        this.readAt = Date.now();
        this.asked = 0;
    }

    /** Seconds since the server answered last are added to its clock. */
    get now() {
        return this.seconds + (Date.now() - this.readAt) / 1000;
    }

    get lastDesk() {
        return Number(browser.localStorage.getItem(memoryKey())) || false;
    }

    get next() {
        const {alarms, next_id: id, waiting} = this.data;
        return [...alarms, ...waiting].find((ticket) => ticket.id === id);
    }

    getQueue(ticket) {
        return this.data.queues.find((queue) => queue.id === ticket.queue_id);
    }

    /** Read everything; of answers that overtake each other the last asked counts. */
    async load() {
        const asked = ++this.asked;
        try {
            const data = await this.orm.silent.call(DESK, "get_screen_state", []);
            if (asked === this.asked) {
                this.data = data;
                this.seconds = data.seconds;
                this.readAt = Date.now();
                this.isOffline = false;
            }
        } catch (error) {
            if (!(error instanceof ConnectionLostError) || !this.data) {
                throw error;
            }
            this.isOffline = true;
        }
    }

    /** Take a step; what the server says, or why it refuses, is shown as a sentence. */
    async act(model, id, method, args = [], done = "") {
        if (this.isBusy) {
            return false;
        }
        this.isBusy = true;
        this.error = "";
        this.closeError();
        this.message = "";
        try {
            const said = await this.orm.call(model, method, [[id], ...args]);
            this.message = typeof said === "string" ? said : done;
        } catch (error) {
            this.error = this.explain(error);
            // A message of the page could be out of view
            this.closeError = this.notification.add(this.error, {
                type: "danger",
                sticky: true,
                className: "o_queue_error",
            });
        } finally {
            this.isBusy = false;
        }
        // The own step shows at once, the bus tells the others
        await Promise.all([this.load(), this.alerts.load()]);
        return !this.error;
    }

    explain(error) {
        if (error instanceof ConnectionLostError) {
            return _t("The server cannot be reached. Nothing was changed: try again.");
        }
        if (error instanceof RPCError && SPOKEN.test(error.exceptionName)) {
            return error.data.message;
        }
        throw error;
    }

    actOnDesk(method, args, done) {
        return this.act(DESK, this.data.desk.id, method, args, done);
    }

    actOnTicket(ticket, method, args, done) {
        return this.act(TICKET, ticket.id, method, args, done);
    }

    actOnQueue(queueId, method, args) {
        return this.act("clinic.queue", queueId, method, args);
    }

    async open(desk, doctorId) {
        const isOpen = await this.act(DESK, desk.id, "screen_open", [doctorId]);
        if (isOpen) {
            browser.localStorage.setItem(memoryKey(), desk.id);
        }
    }

    callNext() {
        return this.actOnDesk("screen_call_next", [this.data.next_id]);
    }

    /** Call whom must be seen at once; whoever is here is parked in the same step. */
    callAlarm(alarm) {
        const [other] = this.data.current;
        return this.actOnDesk("screen_call_alarm", [alarm.id, other?.id || false]);
    }

    undo() {
        const {ticket_id: id, event_id: event} = this.data.undo;
        return this.act(TICKET, id, "screen_undo", [event]);
    }
}

/**
 * Keep the state of the desk screen up to date.
 *
 * @param {() => boolean} isDragging news wait while the user drags
 */
export function useDeskState(isDragging) {
    const state = useState(
        new DeskState(
            useService("orm"),
            useService("clinic_queue_alerts"),
            useService("notification")
        )
    );
    const isBusy = () => state.isBusy || isDragging();
    onWillStart(() => state.load());
    useQueueLive(async (untilIdle) => {
        await untilIdle();
        await state.load();
    }, isBusy);
    useBus(useEnv().bus, ALARM_TAKEN, () => state.load());
    const clock = useState({now: 0});
    const tick = () => {
        clock.now = state.now;
    };
    const timers = [
        browser.setInterval(tick, TICK),
        browser.setInterval(() => isBusy() || state.load(), LOOK_AGAIN),
    ];
    onWillUnmount(() => {
        timers.forEach((timer) => browser.clearInterval(timer));
        state.closeError();
    });
    return {state, clock};
}
