/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {Component} from "@odoo/owl";

const {DateTime} = luxon;

/** Whether an adverse event was heard of; with yes it is recorded at once. */
export class EventSection extends Component {
    static template = "pharma_showcase.EventSection";
    static props = {
        state: Object,
        products: Array,
        events: Array, // Numbers of those recorded before
    };

    get draft() {
        return this.props.state.draft;
    }

    get event() {
        return this.draft.event;
    }

    /** What is recorded, or on its way, cannot be answered with no any more. */
    get isBound() {
        const {isQueued, number} = this.event;
        return Boolean(isQueued || number || this.props.events.length);
    }

    get isLocked() {
        const {isQueued, number} = this.event;
        return Boolean(this.props.state.isLocked || isQueued || number);
    }

    get awareAt() {
        return DateTime.fromISO(this.event.aware_at).toFormat("yyyy-MM-dd'T'HH:mm");
    }

    setAwareAt(ev) {
        const moment = DateTime.fromISO(ev.target.value);
        if (moment.isValid) {
            this.event.aware_at = moment.toUTC().toISO();
        }
    }

    answer(hasEvent) {
        if (!this.isBound && !this.props.state.isLocked) {
            this.draft.hasEvent = hasEvent;
        }
    }

    setProduct(ev) {
        this.event.product_id = Number(ev.target.value) || false;
    }
}
