/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {_t} from "@web/core/l10n/translation";
import {patch} from "@web/core/utils/patch";
import {
    AppointmentCard,
    CARD_FIELDS,
} from "@clinic_scheduling/appointment_card/appointment_card";
import {AppointmentPopover} from "@clinic_scheduling/appointment_card/appointment_popover";

const CHECK_IN = {method: "action_check_in", label: _t("Check In")};

CARD_FIELDS.push("may_check_in", "queue_number", "queue_state");

patch(AppointmentCard.prototype, {
    /** @override the number comes first: it is what people ask for */
    get badges() {
        const number = this.props.record.queue_number;
        if (!number) {
            return super.badges;
        }
        const label = `${number} · ${this.getSelectionLabel("queue_state")}`;
        return [{name: "queue_number", label}, ...super.badges];
    },
});

patch(AppointmentPopover.prototype, {
    /** @override where there is a queue, who arrives gets a number */
    get steps() {
        const steps = super.steps;
        if (!this.rawRecord.may_check_in) {
            return steps;
        }
        return [CHECK_IN, ...steps.filter(({method}) => method !== "arrive")];
    },

    /** @override the server says which number it is */
    async takeStep(step) {
        if (step !== CHECK_IN) {
            return super.takeStep(step);
        }
        const {close, model, record} = this.props;
        const {action} = this;
        close();
        try {
            // The model's: calls of this component die with it
            const told = await model.orm.call(model.resModel, step.method, [
                [record.id],
            ]);
            await action.doAction({...told, params: {...told.params, next: null}});
        } finally {
            await model.load();
        }
    },
});
