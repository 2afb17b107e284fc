/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {Component, useState} from "@odoo/owl";
import {Refused} from "./api";
import {useModel} from "./screen_mixin";

/** The list of numbers on a tablet of staff: also of the last hour with the network. */
export class StaffApp extends Component {
    static template = "clinic_queue.KioskStaffApp";
    static props = {model: Object};

    setup() {
        this.model = this.props.model;
        useModel(this.model);
        this.state = useState({code: "", error: "", busy: false});
    }

    t(key, values) {
        return this.model.say(key, values);
    }

    get isStaff() {
        return this.model.device?.kind === "staff";
    }

    get tickets() {
        return this.model.tickets?.tickets || [];
    }

    get asOf() {
        const time = this.model.tickets ? this.format(this.model.tickets.now) : "–";
        return this.t(this.model.isOnline ? "as_of" : "as_of_offline", {time});
    }

    format(moment) {
        const options = {
            hour: "2-digit",
            minute: "2-digit",
            timeZone: this.model.config.zone,
        };
        const lang = this.model.lang.replace("_", "-").split("@")[0];
        return new Intl.DateTimeFormat(lang, options).format(moment);
    }

    async pair() {
        Object.assign(this.state, {busy: true, error: ""});
        try {
            await this.model.pair(this.state.code);
            this.state.code = "";
        } catch (error) {
            const isCode = error instanceof Refused && error.code === "wrong_code";
            const isOften = error instanceof Refused && error.status === 429;
            const key = isOften ? "too_often" : "no_network";
            this.state.error = this.t(isCode ? "pair_wrong" : key);
            this.model.note(error);
        } finally {
            this.state.busy = false;
        }
    }

    refresh() {
        return this.model.pulse();
    }
}
