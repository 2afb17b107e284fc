/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {Component, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {rate} from "./call_draft";

const LEVELS = [0, 1, 2, 3, 4, 5];

/** A product of the call: the interest in one tap, the rest on demand. */
export class ProductRow extends Component {
    static template = "pharma_showcase.ProductRow";
    static props = {line: Object, isLocked: Boolean};

    setup() {
        this.levels = LEVELS;
        this.state = useState({isOpen: Boolean(this.props.line.questions)});
    }

    label(level) {
        return _t("%(product)s: interest %(level)s of 5", {
            product: this.props.line.product,
            level,
        });
    }

    rate(level) {
        rate(this.props.line, level);
    }

    toggleRequested() {
        this.props.line.is_requested = !this.props.line.is_requested;
    }
}
