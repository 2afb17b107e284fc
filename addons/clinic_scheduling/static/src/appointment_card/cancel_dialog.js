/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {Component, useState} from "@odoo/owl";
import {Dialog} from "@web/core/dialog/dialog";
import {_t} from "@web/core/l10n/translation";
import {useAutofocus} from "@web/core/utils/hooks";

/** Asks before an appointment is cancelled, and for the reason. */
export class CancelDialog extends Component {
    static template = "clinic_scheduling.CancelDialog";
    static components = {Dialog};
    static props = {close: Function, who: String, cancel: Function};

    setup() {
        this.state = useState({reason: "", working: false});
        useAutofocus();
    }

    get title() {
        return _t("Cancel the appointment of %s?", this.props.who);
    }

    async confirm() {
        if (this.state.working) {
            return;
        }
        this.state.working = true;
        try {
            await this.props.cancel(this.state.reason.trim() || false);
        } finally {
            this.props.close();
        }
    }
}
