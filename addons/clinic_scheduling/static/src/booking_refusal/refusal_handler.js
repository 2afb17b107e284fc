/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {registry} from "@web/core/registry";
import {BookingRefusalDialog} from "@clinic_scheduling/booking_refusal/booking_refusal_dialog";
import {getRefusal} from "@clinic_scheduling/booking_refusal/refusal";

/** Refusals that no view took care of: say why, in place of the error dialog. */
export function bookingRefusalHandler(env, error, originalError) {
    const refusal = getRefusal(originalError);
    if (!refusal) {
        return false;
    }
    error.unhandledRejectionEvent?.preventDefault();
    env.services.dialog.add(BookingRefusalDialog, {refusal});
    return true;
}

registry
    .category("error_handlers")
    .add("clinic_scheduling.booking_refusal", bookingRefusalHandler, {sequence: 90});
