/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {Component, useState} from "@odoo/owl";

/** Where do you work now? The desk of last time comes first. */
export class DeskChooser extends Component {
    static template = "clinic_queue.DeskChooser";
    static props = {state: Object};

    setup() {
        this.choice = useState({doctor: ""});
    }

    get desks() {
        const {data, lastDesk} = this.props.state;
        const rank = (desk) => (desk.id === lastDesk ? 0 : desk.user ? 2 : 1);
        return [...data.desks].sort((one, other) => rank(one) - rank(other));
    }

    open(desk) {
        return this.props.state.open(desk, Number(this.choice.doctor) || false);
    }
}
