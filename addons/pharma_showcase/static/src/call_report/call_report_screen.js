/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {ConfirmationDialog} from "@web/core/confirmation_dialog/confirmation_dialog";
import {Layout} from "@web/search/layout";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {addProduct, needsDate} from "./call_draft";
import {useCallState} from "./call_state";
import {EventSection} from "./event_section";
import {ProductRow} from "./product_row";
import {SampleSection} from "./sample_section";
import {TransferSection} from "./transfer_section";

/** The screen on which a representative reports a call, made for one thumb. */
export class CallReportScreen extends Component {
    static template = "pharma_showcase.CallReportScreen";
    static components = {
        ...{EventSection, Layout, ProductRow, SampleSection, TransferSection},
    };
    static props = {...standardActionServiceProps};

    setup() {
        this.action = useService("action");
        this.dialog = useService("dialog");
        const {context, params} = this.props.action;
        const showcaseId = params?.showcase_id || context?.active_id;
        const {state, keepChanges} = useCallState(showcaseId);
        this.state = state;
        this.keepChanges = keepChanges;
    }

    get display() {
        return {controlPanel: {}};
    }

    get data() {
        return this.state.data;
    }

    get draft() {
        return this.state.draft;
    }

    get needsDate() {
        return needsDate(this.draft);
    }

    /** Products that are not on the list yet. */
    get others() {
        const known = this.draft.lines.map((line) => line.product_id);
        return this.data.products.filter((product) => !known.includes(product.id));
    }

    /** What is still missing, said where the button is. */
    get hint() {
        const words = {
            products: _t("Tap the interest in at least one product"),
            event: _t("Answer the question on adverse events"),
            description: _t("Write down the adverse event"),
            next_step: _t("Choose the next step"),
            follow_up_on: _t("Say until when"),
            signature: _t("The doctor signs for the samples"),
            reason: _t("Say why you change the report"),
        };
        const [first] = this.state.missing;
        return this.state.isTried && first ? words[first] : "";
    }

    add(ev) {
        const id = Number(ev.target.value);
        const product = this.data.products.find((item) => item.id === id);
        if (product) {
            addProduct(this.draft, product);
        }
        ev.target.value = "";
    }

    choose(step) {
        this.draft.next_step = step;
    }

    discard() {
        this.dialog.add(ConfirmationDialog, {
            body: _t("Forget what was typed for this call?"),
            confirmLabel: _t("Forget"),
            confirm: () => this.state.discard(),
            cancel: () => null,
        });
    }

    back() {
        this.action.doAction("pharma_showcase.pharma_showcase_report_action", {
            clearBreadcrumbs: true,
        });
    }
}

registry.category("actions").add("pharma_showcase.call_report", CallReportScreen);
