/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {deserializeDateTime, serializeDateTime} from "@web/core/l10n/dates";
import {registry} from "@web/core/registry";
import {pick} from "@web/core/utils/objects";
import {FormController} from "@web/views/form/form_controller";
import {formView} from "@web/views/form/form_view";
import {useRefusalDialog} from "@clinic_scheduling/booking_refusal/use_booking";
import {getRefusal} from "@clinic_scheduling/booking_refusal/refusal";

/** Map what the refusal dialog offers to values of the form's record. */
function toRecordValues({start, doctor_id, site_id, ...others}) {
    const values = pick(others, "overbook", "exception_reason");
    if (start) {
        Object.assign(values, {
            doctor_id: {id: doctor_id},
            site_id: {id: site_id},
            start: deserializeDateTime(start),
        });
    }
    return values;
}

export class AppointmentFormController extends FormController {
    setup() {
        super.setup();
        this.showRefusal = useRefusalDialog();
    }

    /** @override a refused booking offers the nearest free times */
    async save(params) {
        try {
            return await super.save(params);
        } catch (error) {
            const refusal = getRefusal(error);
            if (!refusal) {
                throw error;
            }
            const {activeFields} = this.model.root;
            refusal.mayOverbook &&= "overbook" in activeFields;
            refusal.mayExcept &&= "exception_reason" in activeFields;
            this.showRefusal(refusal, (values) => this.saveWith(values, params));
            return false;
        }
    }

    /** Offer the time to who waits for it, in place of booking it. */
    async fillGap() {
        const {doctor_id, service_id, site_id, start} = this.model.root.data;
        const args = [
            doctor_id?.id,
            service_id?.id,
            start ? serializeDateTime(start) : false,
            site_id?.id,
        ];
        const action = await this.orm.call("clinic.waitlist.gap", "fill_time", args);
        await this.env.services.action.doAction(action);
    }

    async saveWith(values, params) {
        const record = this.model.root;
        const known = pick(toRecordValues(values), ...Object.keys(record.activeFields));
        await record.update(known);
        return this.save(params);
    }
}

registry.category("views").add("clinic_appointment_form", {
    ...formView,
    Controller: AppointmentFormController,
});
