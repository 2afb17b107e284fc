/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {formatKind, formatMinutes, formatTime} from "./desk_words";

/** Who is called to the desk or served at it, and what comes next for them. */
export class CurrentVisit extends Component {
    static template = "clinic_queue.CurrentVisit";
    static props = {state: Object, dialogs: Object, clock: Object, ticket: Object};

    get ticket() {
        return this.props.ticket;
    }

    get isCalled() {
        return this.ticket.state === "called";
    }

    get most() {
        return this.props.state.getQueue(this.ticket)?.absent_after || 3;
    }

    /** What they came for, and with whom. */
    get facts() {
        const {ticket} = this;
        const facts = [formatKind(ticket), ticket.service, ticket.doctor, this.waited];
        return facts.filter(Boolean).join(", ");
    }

    get isLastCall() {
        return this.ticket.calls >= this.most;
    }

    get calls() {
        return _t("Called %(calls)s of %(most)s times", {
            calls: this.ticket.calls,
            most: this.most,
        });
    }

    get since() {
        const {ticket} = this;
        return this.isCalled
            ? _t("Called at %s", formatTime(ticket.called_at))
            : _t("Started at %s", formatTime(ticket.started_at));
    }

    get waited() {
        return _t("waited %s", formatMinutes(this.ticket.waited));
    }

    act(method, done) {
        return this.props.state.actOnTicket(this.ticket, method, [], done);
    }

    start() {
        return this.act("start_service", _t("%s: started.", this.ticket.name));
    }

    finish() {
        return this.act("complete_service", _t("%s: finished.", this.ticket.name));
    }

    recall() {
        return this.act("recall", _t("%s was called again.", this.ticket.name));
    }

    absent() {
        return this.act("mark_absent", _t("%s is absent.", this.ticket.name));
    }
}
