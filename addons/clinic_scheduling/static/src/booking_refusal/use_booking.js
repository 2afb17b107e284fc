/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {onWillStart} from "@odoo/owl";
import {user} from "@web/core/user";
import {useOwnedDialogs} from "@web/core/utils/hooks";
import {BookingRefusalDialog} from "@clinic_scheduling/booking_refusal/booking_refusal_dialog";
import {getRefusal} from "@clinic_scheduling/booking_refusal/refusal";

/** Return what the user may do about a refused booking. */
function useBookingRights() {
    const rights = {overbook: false, exception: false};
    onWillStart(async () => {
        [rights.overbook, rights.exception] = await Promise.all([
            user.hasGroup("clinic_scheduling.group_clinic_overbook"),
            user.hasGroup("clinic_scheduling.group_clinic_exception"),
        ]);
    });
    return rights;
}

/**
 * Return a function that shows a refusal (see getRefusal) with its ways out:
 * `retry(values)` is called with the values of the one that the user takes.
 */
export function useRefusalDialog() {
    const rights = useBookingRights();
    const addDialog = useOwnedDialogs();
    return (refusal, retry) =>
        addDialog(BookingRefusalDialog, {refusal, rights, retry});
}

/**
 * Return a function that books or moves: it calls `write(extra)`, and when the
 * server refuses shows why, with the free times; what the user picks there is
 * tried in the same way.
 *
 * `settle(done)` is awaited after each try: true when it is written, false when
 * the view must take back what the user did. Errors of other kinds are rethrown.
 */
export function useBooking() {
    const showRefusal = useRefusalDialog();
    async function attempt(write, settle, extra = {}) {
        try {
            await write(extra);
        } catch (error) {
            await settle(false);
            const refusal = getRefusal(error);
            if (!refusal) {
                throw error;
            }
            showRefusal(refusal, (values) =>
                attempt(write, settle, {...extra, ...values})
            );
            return false;
        }
        await settle(true);
        return true;
    }
    return attempt;
}
