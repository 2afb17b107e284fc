/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {Component, useState} from "@odoo/owl";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {session} from "@web/session";
import {formatTime} from "../desk/desk_words";

/** Whoever must be seen at once is shown over every screen until somebody goes. */
export class AlarmBanner extends Component {
    static template = "clinic_queue.AlarmBanner";
    static props = {};

    setup() {
        this.alerts = useState(useService("clinic_queue_alerts"));
        this.formatTime = formatTime;
    }
}

if (session.is_clinic_queue_staff) {
    registry
        .category("main_components")
        .add("clinic_queue.AlarmBanner", {Component: AlarmBanner});
}
