/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {EventBus} from "@odoo/owl";
import {browser} from "@web/core/browser/browser";
import {_t} from "@web/core/l10n/translation";
import {ConnectionLostError, RPCError} from "@web/core/network/rpc";
import {registry} from "@web/core/registry";
import {session} from "@web/session";
import {user} from "@web/core/user";
import {QUEUED, REFUSED, toEventMessage, toMessage} from "./call_draft";
import {DraftStore} from "./draft_store";

const REPORT = "pharma.call.report";

/** What waits is tried again this often (ms), and at once when the network is back. */
export const RETRY = 30000;

/** Names of errors whose sentence is meant for people. */
const SPOKEN = /(UserError|ValidationError|AccessError|MissingError)$/;

/**
 * Sends what waits on this device. A report leaves it when the server has answered for
 * it, and not before; what arrives twice is filed once, since the server knows each
 * filing by its uuid.
 */
export class CallOutbox {
    constructor(orm, store) {
        this.orm = orm;
        this.store = store;
        this.bus = new EventBus();
        this.turn = Promise.resolve();
    }

    /** Send everything that waits, one after the other. */
    flush() {
        const turn = this.turn.then(() => this.sendAll());
        this.turn = turn.catch(() => null);
        return turn;
    }

    async sendAll() {
        for (const {draft} of this.store.listQueued()) {
            await this.send(draft);
        }
    }

    async send(draft) {
        try {
            if (draft.event.isQueued && !draft.event.number) {
                const number = await this.call("report_adverse_event", draft, [
                    toEventMessage(draft.event),
                ]);
                this.note(draft, {}, {number});
            }
            if (draft.status === QUEUED) {
                const {status} = await this.call("submit_call", draft, [
                    toMessage(draft),
                ]);
                this.settle(draft, status);
            }
        } catch (error) {
            this.note(draft, ...this.explain(draft, error));
        }
    }

    call(method, draft, args) {
        return this.orm.silent.call(REPORT, method, [draft.showcaseId, ...args]);
    }

    settle(draft, status) {
        if (status === "sent") {
            this.store.remove(draft.showcaseId);
            this.tell(draft);
            return;
        }
        const message = _t(
            "This call has been reported already. To change the report, say why."
        );
        this.note(draft, {status: REFUSED, isAmendment: true, message});
    }

    /** It did not arrive: it stays, and is sent again unless the server refused it. */
    explain(draft, error) {
        if (error instanceof ConnectionLostError) {
            return [{message: ""}];
        }
        if (error instanceof RPCError && SPOKEN.test(error.exceptionName)) {
            const status = draft.status === QUEUED ? REFUSED : draft.status;
            return [{status, message: error.data.message}, {isQueued: false}];
        }
        const message = _t(
            "The server could not take it. It stays here and is sent again."
        );
        return [{message}];
    }

    /** Write down what came of it, and leave what was typed meanwhile as it is. */
    note({showcaseId}, outcome, event = {}) {
        const kept = this.store.load(showcaseId);
        if (kept) {
            Object.assign(kept.draft, outcome);
            Object.assign(kept.draft.event, event);
            this.store.save(kept.draft, kept.data);
        }
        this.tell({showcaseId});
    }

    tell({showcaseId}) {
        this.bus.trigger("changed", {showcaseId});
    }
}

export const callOutboxService = {
    dependencies: ["orm"],
    start(env, {orm}) {
        const store = new DraftStore(
            browser.localStorage,
            session.db || "",
            user.userId
        );
        store.tidy();
        const outbox = new CallOutbox(orm, store);
        const flush = () => store.listQueued().length && outbox.flush();
        browser.addEventListener("online", flush);
        browser.setInterval(flush, RETRY);
        flush();
        return outbox;
    },
};

registry.category("services").add("pharma_call_outbox", callOutboxService);
