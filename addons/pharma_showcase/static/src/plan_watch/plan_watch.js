/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {Component, onMounted, onWillUnmount, xml} from "@odoo/owl";
import {registry} from "@web/core/registry";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";

/** Milliseconds between two looks at a plan that is being made. */
export const PAUSE = 2000;
const WORKING = ["queued", "running"];

/** Keeps the form of a plan up to date while the planner works on it. */
export class PlanWatch extends Component {
    static template = xml`<span class="o_pharma_plan_watch"/>`;
    static props = {...standardWidgetProps};

    setup() {
        onMounted(() => {
            this.timer = setInterval(() => this.look(), PAUSE);
        });
        onWillUnmount(() => clearInterval(this.timer));
    }

    async look() {
        const {record} = this.props;
        const isWorking = WORKING.includes(record.data.state);
        // What somebody is writing is not thrown away
        if (isWorking && !this.isLooking && !(await record.isDirty())) {
            this.isLooking = true;
            try {
                await record.load();
            } finally {
                this.isLooking = false;
            }
        }
    }
}

registry.category("view_widgets").add("pharma_plan_watch", {component: PlanWatch});
