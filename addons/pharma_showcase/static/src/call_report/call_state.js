/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {onWillStart, onWillUnmount, useEffect, useState} from "@odoo/owl";
import {browser} from "@web/core/browser/browser";
import {_t} from "@web/core/l10n/translation";
import {ConnectionLostError} from "@web/core/network/rpc";
import {useBus, useService} from "@web/core/utils/hooks";
import {pick} from "@web/core/utils/objects";
import {DRAFT, QUEUED, REFUSED, getMissing, makeDraft, makeUuid} from "./call_draft";

const REPORT = "pharma.call.report";

/** What the screen of a call shows, and what its buttons do. */
export class CallState {
    constructor(orm, outbox, showcaseId) {
        this.orm = orm;
        this.outbox = outbox;
        this.showcaseId = showcaseId;
        this.data = null;
        this.draft = null;
        this.isSent = false;
        this.isBusy = false;
        this.isFull = false;
        this.isTried = false;
        this.isKept = false;
        this.isAmending = false;
        this.hasMore = false;
    }

    /** The server's word if it can be reached, else what was kept with the draft. */
    async load() {
        const kept = this.outbox.store.load(this.showcaseId);
        try {
            const args = [this.showcaseId];
            this.data = await this.orm.silent.call(REPORT, "get_call_screen", args);
        } catch (error) {
            if (!(error instanceof ConnectionLostError) || !kept) {
                throw error;
            }
            this.data = kept.data;
        }
        this.draft = kept?.draft || makeDraft(this.data);
        this.isKept = Boolean(kept);
        this.isAmending = this.isKept && this.draft.isAmendment;
        const {objections, competitor, note} = this.draft;
        this.hasMore = Boolean(objections || competitor || note);
    }

    /** A filed report is shown; its fields open for an amendment alone. */
    get isLocked() {
        const isFiled = this.data.report && !this.isAmending;
        return Boolean(this.isSent || isFiled || this.draft.status === QUEUED);
    }

    get missing() {
        return getMissing(this.draft);
    }

    isMissing(name) {
        return this.isTried && this.missing.includes(name);
    }

    /** Keep what was typed; called after each change. */
    keep() {
        if (this.isSent || !this.draft) {
            return;
        }
        this.isFull = !this.outbox.store.save(this.draft, this.data);
        this.isKept = !this.isFull;
    }

    amend() {
        this.isAmending = true;
        this.draft = {...makeDraft(this.data), isAmendment: true};
    }

    /** Back to typing: what was on its way may have arrived, so this is another one. */
    edit() {
        Object.assign(this.draft, {status: DRAFT, uuid: makeUuid(), message: ""});
        this.keep();
    }

    discard() {
        this.outbox.store.remove(this.showcaseId);
        this.draft = makeDraft(this.data);
        Object.assign(this, {isKept: false, isTried: false, isAmending: false});
    }

    /** Record an adverse event at once; the report itself may take longer. */
    async recordEvent() {
        const {event} = this.draft;
        if (!event.description.trim()) {
            this.isTried = true;
            return;
        }
        event.isQueued = true;
        this.draft.message = "";
        await this.send();
    }

    async file() {
        this.isTried = true;
        if (this.missing.length || this.isBusy) {
            return;
        }
        const {draft} = this;
        Object.assign(draft, {status: QUEUED, message: ""});
        draft.filed_at = new Date().toISOString();
        if (draft.hasEvent) {
            draft.event.isQueued = true;
        }
        await this.send();
    }

    async send() {
        this.keep();
        if (this.isFull) {
            this.draft.status = DRAFT;
            this.draft.message = _t("This device has no room left. Nothing was sent.");
            return;
        }
        this.isBusy = true;
        try {
            await this.outbox.flush();
        } finally {
            this.isBusy = false;
        }
    }

    /** The outbox has tried: take over what became of this report, and no more. */
    follow() {
        const kept = this.outbox.store.load(this.showcaseId);
        if (!kept) {
            this.isSent = this.draft.status === QUEUED;
            return;
        }
        const {status, message, isAmendment, event} = kept.draft;
        Object.assign(this.draft, {status, message, isAmendment});
        Object.assign(this.draft.event, pick(event, "number", "isQueued"));
        this.isAmending = this.isAmending || isAmendment;
    }

    /** Where what was typed is, in words. */
    get where() {
        if (this.isSent) {
            return _t("Sent");
        }
        if (this.isFull) {
            return _t("Not saved: this device has no room left");
        }
        if (this.draft.status === QUEUED) {
            return this.isBusy
                ? _t("Sending…")
                : _t("Saved on this device. It is sent as soon as there is a network.");
        }
        if (this.draft.status === REFUSED) {
            return _t("Saved on this device, not sent");
        }
        return this.isKept ? _t("Saved on this device") : "";
    }
}

/** Keep the state of the screen, and what is typed on the device. */
export function useCallState(showcaseId) {
    const outbox = useService("pharma_call_outbox");
    const state = useState(new CallState(useService("orm"), outbox, showcaseId));
    let last = "";
    const keepChanges = () => {
        if (!state.draft || state.isLocked) {
            return;
        }
        const now = JSON.stringify({...state.draft, savedAt: 0});
        if (last && now !== last) {
            state.keep();
        }
        last = now;
    };
    onWillStart(() => state.load());
    useEffect(keepChanges);
    const timer = browser.setInterval(keepChanges, 1000);
    browser.addEventListener("pagehide", keepChanges);
    useBus(outbox.bus, "changed", ({detail}) => {
        if (detail.showcaseId === state.showcaseId && state.draft) {
            state.follow();
        }
    });
    onWillUnmount(() => {
        keepChanges();
        browser.clearInterval(timer);
        browser.removeEventListener("pagehide", keepChanges);
    });
    return {state, keepChanges};
}
