/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {Component, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {Dialog} from "@web/core/dialog/dialog";
import {useAutofocus} from "@web/core/utils/hooks";
import {formatMinutes} from "./desk_words";

/** Asks for what a step needs: a level, a choice, a reason in a few words. */
export class StepDialog extends Component {
    static template = "clinic_queue.StepDialog";
    static components = {Dialog};
    static props = {
        close: Function,
        title: String,
        text: {type: String, optional: true},
        reason: {type: String, optional: true}, // Why the person came
        button: String,
        // Each: name, label, type (levels, select, text), options (or what returns
        // them for the values so far), required, value
        fields: Array,
        // Whether the answers would change anything
        isChange: {type: Function, optional: true},
        confirm: Function,
    };
    static defaultProps = {isChange: () => true};

    setup() {
        this.state = useState({isTried: false, isWorking: false});
        this.values = useState(
            Object.fromEntries(
                this.props.fields.map((field) => [field.name, field.value || ""])
            )
        );
        useAutofocus();
    }

    getOptions({options}) {
        return typeof options === "function" ? options(this.values) : options;
    }

    isMissing(field) {
        return field.required && !String(this.values[field.name]).trim();
    }

    get isComplete() {
        return !this.props.fields.some((field) => this.isMissing(field));
    }

    get isChange() {
        return this.props.isChange(this.getAnswers());
    }

    /** Within which time a level is to be seen. */
    getTarget(level) {
        if (level.is_alarm) {
            return _t("alarm, at once");
        }
        return level.target
            ? _t("within %s", formatMinutes(level.target))
            : _t("at once");
    }

    async confirm() {
        this.state.isTried = true;
        if (!this.isComplete || !this.isChange || this.state.isWorking) {
            return;
        }
        this.state.isWorking = true;
        try {
            await this.props.confirm(this.getAnswers());
        } finally {
            this.props.close();
        }
    }

    /** What another choice has ruled out meanwhile is not chosen any more. */
    getChosen(field, value) {
        return this.getOptions(field).some(({id}) => id === value) && value;
    }

    getAnswers() {
        const answers = {};
        for (const field of this.props.fields) {
            const {name, type} = field;
            const value = this.values[name];
            answers[name] =
                type === "text" ? value.trim() : this.getChosen(field, Number(value));
        }
        return answers;
    }
}
