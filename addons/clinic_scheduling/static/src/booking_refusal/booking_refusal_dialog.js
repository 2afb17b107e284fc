/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {Component, useState} from "@odoo/owl";
import {Dialog} from "@web/core/dialog/dialog";
import {_t} from "@web/core/l10n/translation";
import {useAutofocus} from "@web/core/utils/hooks";

/**
 * Says why a booking was refused, and offers what can be done instead.
 *
 * Without `retry` nothing can be repeated: the free times are then only listed.
 */
export class BookingRefusalDialog extends Component {
    static template = "clinic_scheduling.BookingRefusalDialog";
    static components = {Dialog};
    static props = {
        close: Function,
        refusal: Object,
        rights: {type: Object, optional: true},
        retry: {type: Function, optional: true},
    };
    static defaultProps = {rights: {}};

    setup() {
        this.state = useState({reason: "", working: false});
        useAutofocus({refName: "alternative_0", mobile: true});
    }

    get title() {
        return this.props.refusal.isAboutTime
            ? _t("This time cannot be booked")
            : _t("This is not possible");
    }

    get canOverbook() {
        const {refusal, rights, retry} = this.props;
        return Boolean(retry && refusal.mayOverbook && rights.overbook);
    }

    get canExcept() {
        const {refusal, rights, retry} = this.props;
        return Boolean(retry && refusal.mayExcept && rights.exception);
    }

    async repeat(values) {
        if (this.state.working) {
            return;
        }
        this.state.working = true;
        try {
            await this.props.retry(values);
        } finally {
            this.props.close();
        }
    }

    take({start, stop, doctor_id, site_id}) {
        return this.repeat({start, stop, doctor_id, site_id});
    }

    overbook() {
        return this.repeat({overbook: true});
    }

    except() {
        const reason = this.state.reason.trim();
        return reason && this.repeat({exception_reason: reason});
    }
}
