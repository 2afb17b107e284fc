/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {Component, useState} from "@odoo/owl";

/** Something of value that the doctor got: a meal, teaching material. */
export class TransferSection extends Component {
    static template = "pharma_showcase.TransferSection";
    static props = {state: Object, natures: Array, currency: String};

    setup() {
        const isOpen = Boolean(this.props.state.draft.transfers.length);
        this.state = useState({isOpen, nature: this.props.natures[0][0], amount: ""});
    }

    get draft() {
        return this.props.state.draft;
    }

    /** As text: a field of numbers forgets what ends in a point while it is typed. */
    get amount() {
        return Number(String(this.state.amount).replace(",", ".")) || 0;
    }

    get isComplete() {
        return this.amount > 0;
    }

    label(nature) {
        return this.props.natures.find(([key]) => key === nature)[1];
    }

    add() {
        if (this.isComplete) {
            const {nature} = this.state;
            this.draft.transfers.push({nature, amount: this.amount});
            this.state.amount = "";
        }
    }

    remove(index) {
        this.draft.transfers.splice(index, 1);
    }
}
