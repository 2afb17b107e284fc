/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {Component, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {groupBy} from "@web/core/utils/arrays";

/** Where do you work now? The desk of last time comes first. */
export class DeskChooser extends Component {
    static template = "clinic_queue.DeskChooser";
    static props = {state: Object};

    setup() {
        this.choice = useState({doctor: ""});
    }

    /** Desks by site, the site and the desk of last time first. */
    get sites() {
        const {data, lastDesk} = this.props.state;
        const rank = (desk) => (desk.id === lastDesk ? 0 : desk.user ? 2 : 1);
        const desks = [...data.desks].sort((one, other) => rank(one) - rank(other));
        const isUsual = ([, found]) => found.some((desk) => desk.id === lastDesk);
        return Object.entries(groupBy(desks, "site"))
            .sort(
                (one, other) =>
                    isUsual(other) - isUsual(one) || one[0].localeCompare(other[0])
            )
            .map(([name, found]) => ({name, desks: found}));
    }

    getUse(desk) {
        return desk.user ? _t("Used by %s", desk.user) : _t("Free");
    }

    /** Its room, where that has another name, and what is done there. */
    getFacts(desk) {
        const room = desk.room === desk.name ? "" : desk.room;
        const work = [...desk.queues, ...desk.skills].join(", ");
        return [room, work].filter(Boolean).join(" · ");
    }

    open(desk) {
        return this.props.state.open(desk, Number(this.choice.doctor) || false);
    }
}
