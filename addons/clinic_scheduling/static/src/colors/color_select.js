/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {Component} from "@odoo/owl";
import {COLOR_MODES} from "@clinic_scheduling/colors/appointment_colors";

/** Lets the user choose what the colours of appointments say. */
export class ColorSelect extends Component {
    static template = "clinic_scheduling.ColorSelect";
    static props = {mode: String, onSelect: Function};

    get modes() {
        return Object.entries(COLOR_MODES);
    }
}
