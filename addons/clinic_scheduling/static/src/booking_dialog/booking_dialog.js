/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {FormViewDialog} from "@web/views/view_dialogs/form_view_dialog";

/** The form of a new appointment in a dialog, with a button that says Book. */
export class BookingDialog extends FormViewDialog {
    setup() {
        super.setup();
        if (!this.props.resId) {
            this.viewProps.buttonTemplate = "clinic_scheduling.BookingDialog.buttons";
        }
    }
}
