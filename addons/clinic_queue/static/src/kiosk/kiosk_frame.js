/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {Component, onPatched, useExternalListener, useState} from "@odoo/owl";
import {useDialogFocus, useHeadingFocus, useIdle, useModel} from "./screen_mixin";
import {Away, Refused} from "./api";
import {getDay} from "./clock";
import {isContact, isPhone} from "./contact";

/** Seconds before the end in which the kiosk asks whether somebody is there. */
const WARNING = 10;

/** Screens from which nobody has to be sent back. */
const RESTING = new Set(["start", "pair"]);

/** Screens after which there is nothing to go back to: what was asked for is done. */
const FINAL = new Set(["ticket", "requested"]);

const EMPTY = {
    code: "",
    queue: 0,
    reason: 0,
    mobile: "",
    appointment: "",
    name: "",
    birthdate: "",
    contact: "",
    proofCode: "",
    service: 0,
    day: "",
    time: null,
    replaces: null,
    pin: "",
};

/** What all screens of the kiosk share: one at a time, the way back, and the end. */
export class KioskFrame extends Component {
    static props = {model: Object};

    setup() {
        this.model = this.props.model;
        useModel(this.model);
        this.history = [];
        this.state = useState({
            ...{screen: "start", left: 0, busy: false, error: "", field: ""},
            ...{isMissing: false, showsList: false},
        });
        this.form = useState({...EMPTY, flags: {}});
        this.result = useState({answer: null, at: 0});
        useHeadingFocus(() => this.screen);
        useDialogFocus(() => this.isAsking, ".o_kiosk_warning button");
        this.touch = useIdle(
            () => (this.isAtRest ? 0 : this.model.device?.timeout || 60),
            (left) => this.onTick(left)
        );
        onPatched(() => {
            const {lang} = this.model;
            document.documentElement.lang = lang.slice(0, 2);
            this.showError();
        });
        useExternalListener(window, "contextmenu", (event) => event.preventDefault());
    }

    get screen() {
        return this.model.isPaired ? this.state.screen : "pair";
    }

    get isResting() {
        return RESTING.has(this.screen);
    }

    /** Nothing is left of who was here last, not even the language. */
    get isAtRest() {
        return this.isResting && this.model.isFirstLanguage;
    }

    get isFinal() {
        return FINAL.has(this.screen);
    }

    /** The question whether somebody is there is above all: nothing else is reached. */
    get isAsking() {
        return this.state.left > 0;
    }

    get canGoBack() {
        return !this.isResting && !this.isFinal && this.history.length > 0;
    }

    t(key, values) {
        return this.model.say(key, values);
    }

    onTick(left) {
        this.state.left = left <= WARNING ? Math.max(left, 0) : 0;
        if (left <= 0) {
            this.reset();
        }
    }

    /** Somebody is still there. */
    stay() {
        this.touch();
        this.state.left = 0;
    }

    /** Forget all that was typed. */
    clear() {
        this.history = [];
        Object.assign(this.form, {...EMPTY, flags: {}});
        Object.assign(this.result, {answer: null, at: 0, person: null, start: 0});
    }

    /** Forget all that was typed and chosen, and begin again. */
    reset() {
        this.clear();
        Object.assign(this.state, {left: 0, busy: false});
        this.show("start");
        this.model.chooseFirstLanguage();
        this.touch();
        this.model.changed();
    }

    show(screen) {
        const open = {error: "", field: "", isMissing: false, showsList: false};
        Object.assign(this.state, {...open, screen});
    }

    go(screen) {
        if (FINAL.has(screen)) {
            this.history = [];
        } else if (screen !== this.state.screen) {
            this.history.push(this.state.screen);
        }
        this.show(screen);
    }

    /** The screen before, with what was typed there; nobody's data rest at the start. */
    back() {
        const screen = this.history.pop() || "start";
        if (RESTING.has(screen)) {
            this.clear();
        }
        this.show(screen);
    }

    chooseLanguage(code) {
        this.model.lang = code;
        this.model.changed();
    }

    /** Do something that takes a while; say what went wrong. */
    async during(action) {
        if (this.state.busy) {
            return;
        }
        Object.assign(this.state, {busy: true, error: "", field: ""});
        try {
            await action();
        } catch (error) {
            this.state.error = this.t(this.getErrorKey(error));
            this.model.note(error);
        } finally {
            this.state.busy = false;
        }
    }

    getErrorKey(error) {
        if (!(error instanceof Refused)) {
            return "no_network";
        }
        if (error.status === 429) {
            return "too_often";
        }
        if (error.code === "wrong_code") {
            return this.screen === "pair" ? "pair_wrong" : "code_wrong";
        }
        return error.status === 401 ? "unpaired" : "failed";
    }

    /** Say what is wrong with a field, and go there. */
    refuse(field, message) {
        Object.assign(this.state, {error: message, field});
        document.getElementById(`o_kiosk_${field}`)?.focus();
        this.shouldShowError = true;
    }

    /** What is wrong stands below long lists, too: bring it into view once. */
    showError() {
        if (this.shouldShowError) {
            this.shouldShowError = false;
            document
                .getElementById("o_kiosk_error")
                ?.scrollIntoView({block: "nearest"});
        }
    }

    /** Whether a field is the one that was refused. */
    isWrong(field) {
        return this.state.field === field ? "true" : undefined;
    }

    /**
     * What is wrong with a contact: by the tablet's own rules, then by the server's.
     *
     * @param {"mobile"|"contact"} kind
     * @param {string} contact
     * @returns {Promise<string>} a sentence; empty: nothing
     */
    async checkContact(kind, contact) {
        const rules = this.model.config.phone;
        const isRight =
            kind === "mobile"
                ? isPhone(contact, rules, "mobile")
                : isContact(contact, rules);
        if (!isRight || !this.model.isOnline) {
            return isRight ? "" : this.t(`${kind}_wrong`);
        }
        try {
            const {lang} = this.model;
            const asked = {kind, contact, lang};
            return (await this.model.api.ask("contact", asked)).message || "";
        } catch (error) {
            if (!(error instanceof Away)) {
                throw error;
            }
            this.model.note(error);
            return "";
        }
    }

    /**
     * Keep and send what was taken; show what came of it.
     *
     * @returns {Promise<object>} the answer, also if it is shown as an error
     */
    async take(values) {
        const answer = await this.model.take(values);
        if (["not_found", "failed", "refused"].includes(answer.state)) {
            const message = answer.message || this.t("failed");
            const help = answer.state === "not_found" && this.t("not_found_help");
            this.state.error = help ? `${message} ${help}` : message;
            return answer;
        }
        const {appointment = "", birthdate, mobile} = values;
        const asked = appointment.length <= 30 ? appointment : "";
        this.clear();
        this.result.answer = {
            ...answer,
            callsStaff: Boolean(values.flags?.length),
            asked,
            isUnproved: Boolean(asked && !birthdate),
            hasMobile: Boolean(mobile),
        };
        this.result.at = this.model.clock.correct() / 1000;
        this.go(values.kind === "request" ? "requested" : "ticket");
        return answer;
    }

    getDay(start) {
        return getDay(start * 1000, this.model.config.zone);
    }

    format(start, options) {
        const lang = this.model.lang.replace("_", "-").split("@")[0];
        const timeZone = this.model.config.zone;
        return new Intl.DateTimeFormat(lang, {...options, timeZone}).format(
            start * 1000
        );
    }

    formatTime(start) {
        return this.format(start, {hour: "2-digit", minute: "2-digit"});
    }

    formatMoment(start) {
        return this.format(start, {dateStyle: "full", timeStyle: "short"});
    }
}
