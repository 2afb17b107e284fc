/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {Component, onWillStart, useState} from "@odoo/owl";
import {serializeDateTime} from "@web/core/l10n/dates";
import {KeepLast} from "@web/core/utils/concurrency";
import {useBus, useService} from "@web/core/utils/hooks";
import {AppointmentCalendarSidePanel} from "@clinic_scheduling/appointment_calendar/appointment_calendar_controller";

/** Suggestions to book above the capacity of the sessions that the calendar shows. */
export class OverbookingAdvice extends Component {
    static template = "clinic_scheduling.OverbookingAdvice";
    static props = {model: Object};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.keepLast = new KeepLast();
        this.state = useState({advice: [], mayDecide: false});
        onWillStart(() => this.load());
        useBus(this.props.model.bus, "update", () => this.load());
    }

    async load() {
        const {start, end} = this.props.model.range;
        const bounds = [serializeDateTime(start), serializeDateTime(end)];
        const found = await this.keepLast.add(
            this.orm.call("clinic.overbooking.advice", "get_suggestions", bounds)
        );
        this.state.advice = found.advice;
        this.state.mayDecide = found.may_decide;
    }

    /** Accept and open the booking; a booking that does not open is no decision. */
    async accept(id) {
        const action = await this.call(id, "action_accept");
        try {
            await this.action.doAction(action);
        } catch (error) {
            await this.call(id, "action_reopen");
            await this.load();
            throw error;
        }
    }

    async decline(id) {
        await this.call(id, "action_decline");
        await this.load();
    }

    call(id, method) {
        return this.orm.call("clinic.overbooking.advice", method, [[id]]);
    }
}

AppointmentCalendarSidePanel.components.OverbookingAdvice = OverbookingAdvice;
