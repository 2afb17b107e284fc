/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {Component, markup, useRef, useState} from "@odoo/owl";
import {Dropdown} from "@web/core/dropdown/dropdown";
import {DropdownItem} from "@web/core/dropdown/dropdown_item";
import {_t} from "@web/core/l10n/translation";
import {useService} from "@web/core/utils/hooks";
import {useSortable} from "@web/core/utils/sortable_owl";
import {formatBand, formatKind, formatMinutes, getWaited} from "./desk_words";

/** Everybody who waits, in the order of service, with the reason of each place. */
export class QueueList extends Component {
    static template = "clinic_queue.QueueList";
    static components = {Dropdown, DropdownItem};
    static props = {state: Object, dialogs: Object, clock: Object, drag: Object};

    setup() {
        this.shown = useState({why: new Set(), queue: ""});
        this.notification = useService("notification");
        const list = useRef("list");
        useSortable({
            ref: list,
            elements: ".o_queue_row",
            handle: ".o_queue_drag",
            enable: () => this.rows.some((row) => this.canDrag(row)),
            onDragStart: () => (this.props.drag.isOn = true),
            onDragEnd: () => (this.props.drag.isOn = false),
            onDrop: (params) => this.onDrop(params),
        });
        this.formatBand = formatBand;
    }

    get state() {
        return this.props.state;
    }

    get rows() {
        const {queue} = this.shown;
        const {waiting} = this.state.data;
        return queue ? waiting.filter((row) => row.queue_id === queue) : waiting;
    }

    /** Desks that serve several queues see of which each one is. */
    get hasQueues() {
        return this.state.data.queues.length > 1;
    }

    canDrag(row) {
        return this.state.getQueue(row).allow_reorder;
    }

    getWaited(row) {
        // Reading the clock renders the list anew as time goes on
        return getWaited(row, Math.max(this.props.clock.now, this.state.seconds));
    }

    /** How long somebody has waited, of the time until they are to be seen. */
    getWait(row) {
        const waited = formatMinutes(this.getWaited(row));
        return _t("%(waited)s of %(target)s", {
            waited: markup`<b class="text-body">${waited}</b>`,
            target: formatMinutes(row.target),
        });
    }

    getPatient(row) {
        return row.patient || _t("Without a name");
    }

    /** How somebody came, and for whom alone they wait. */
    getKind(row) {
        const facts = [
            formatKind(row),
            row.doctor && _t("only with %s", row.doctor),
            row.only_desk && _t("only at %s", row.only_desk),
        ];
        return facts.filter(Boolean).join(", ");
    }

    getStepsLabel(row) {
        return _t("Steps of %s", row.name);
    }

    isOverdue(row) {
        return !row.is_early && this.getWaited(row) > row.target;
    }

    getShare(row) {
        const share = row.target ? this.getWaited(row) / row.target : 1;
        return Math.min(Math.round(100 * share), 100);
    }

    toggleWhy(row) {
        const {why} = this.shown;
        if (!why.delete(row.id)) {
            why.add(row.id);
        }
    }

    onDrop({element, next}) {
        const find = (item) =>
            this.rows.find((row) => row.id === Number(item?.dataset.id));
        const [ticket, other] = [find(element), find(next)];
        const place = this.rows.indexOf(ticket);
        if (!other || this.rows.indexOf(other) > place) {
            if (this.rows[place + 1] !== other) {
                this.notification.add(
                    _t("Tickets can be moved ahead only; the others follow."),
                    {type: "info"}
                );
            }
            return;
        }
        if (other.queue_id !== ticket.queue_id) {
            this.notification.add(_t("%s waits in another queue.", other.name), {
                type: "info",
            });
            return;
        }
        this.props.dialogs.moveAhead(ticket, other);
    }
}
