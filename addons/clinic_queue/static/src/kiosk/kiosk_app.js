/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {Component, onPatched, useExternalListener, useState} from "@odoo/owl";
import {Refused} from "./api";
import {Scanner} from "./scanner";
import {useHeadingFocus, useIdle, useModel} from "./screen_mixin";
import {getDay} from "./clock";

/** Seconds before the end in which the kiosk asks whether somebody is there. */
const WARNING = 10;

/** Screens from which nobody has to be sent back. */
const RESTING = new Set(["start", "pair"]);

const EMPTY = {
    code: "",
    queue: 0,
    reason: 0,
    flags: {},
    mobile: "",
    appointment: "",
    name: "",
    birthdate: "",
    contact: "",
    proofCode: "",
    service: 0,
    day: "",
    time: null,
};

/** The kiosk's screens, one at a time. */
export class KioskApp extends Component {
    static template = "clinic_queue.KioskApp";
    static components = {Scanner};
    static props = {model: Object};

    setup() {
        this.model = this.props.model;
        useModel(this.model);
        this.state = useState({screen: "start", left: 0, busy: false, error: ""});
        this.form = useState({...EMPTY, flags: {}});
        this.result = useState({answer: null});
        useHeadingFocus(() => this.screen);
        this.touch = useIdle(
            () => (RESTING.has(this.screen) ? 0 : this.model.device?.timeout || 60),
            (left) => this.onTick(left)
        );
        onPatched(() => {
            const {lang} = this.model;
            document.documentElement.lang = lang.slice(0, 2);
        });
        useExternalListener(window, "contextmenu", (event) => event.preventDefault());
    }

    // Frame

    get screen() {
        return this.model.isPaired ? this.state.screen : "pair";
    }

    get isResting() {
        return RESTING.has(this.screen);
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

    /** Forget all that was typed, and begin again. */
    reset() {
        Object.assign(this.form, {...EMPTY, flags: {}});
        this.result.answer = null;
        Object.assign(this.state, {screen: "start", left: 0, busy: false, error: ""});
        this.model.chooseFirstLanguage();
        this.touch();
        this.model.changed();
    }

    go(screen) {
        Object.assign(this.state, {screen, error: ""});
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
        Object.assign(this.state, {busy: true, error: ""});
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

    pair() {
        return this.during(async () => {
            await this.model.pair(this.form.code);
            this.reset();
        });
    }

    // Walk-ins

    get queues() {
        return this.model.names.queues || [];
    }

    getQuestions(kind) {
        return (this.model.names.questions || []).filter(
            (item) =>
                item.kind === kind &&
                (!item.queues.length || item.queues.includes(this.form.queue))
        );
    }

    startWalkIn() {
        if (this.queues.length > 1) {
            this.go("queue");
        } else {
            this.chooseQueue(this.queues[0]?.[0] || 0);
        }
    }

    chooseQueue(id) {
        this.form.queue = id;
        if (this.getQuestions("reason").length) {
            this.go("reason");
        } else {
            this.chooseReason(0);
        }
    }

    chooseReason(id) {
        this.form.reason = id;
        if (this.getQuestions("red_flag").length) {
            this.go("flags");
        } else {
            this.endFlags();
        }
    }

    setFlag(id, value) {
        this.form.flags[id] = value;
    }

    get flags() {
        return Object.keys(this.form.flags)
            .filter((id) => this.form.flags[id])
            .map(Number);
    }

    /** Nobody with a warning sign is asked for anything else. */
    endFlags() {
        if (this.model.device.mobile && !this.flags.length) {
            return this.go("mobile");
        }
        return this.takeNumber();
    }

    takeNumber() {
        return this.during(async () => {
            const {queue, reason, mobile} = this.form;
            const {flags} = this;
            await this.take({kind: "walk_in", queue, reason, flags, mobile});
        });
    }

    skipMobile() {
        this.form.mobile = "";
        return this.takeNumber();
    }

    // Check-in

    checkIn() {
        const appointment = this.form.appointment.trim();
        if (appointment) {
            return this.during(() => this.take({kind: "check_in", appointment}));
        }
    }

    onScan(text) {
        this.form.appointment = text;
        return this.checkIn();
    }

    get person() {
        const {name, birthdate} = this.form;
        return {name: name.trim(), birthdate, lang: this.model.lang};
    }

    sendCode() {
        return this.during(async () => {
            await this.model.api.ask("code", this.person);
            this.go("code");
        });
    }

    checkCode() {
        return this.during(async () => {
            const asked = {...this.person, code: this.form.proofCode};
            const {appointment} = await this.model.api.ask("code/check", asked);
            await this.take({kind: "check_in", appointment});
        });
    }

    /** Keep and send what was taken; show what came of it. */
    async take(values) {
        const answer = await this.model.take(values);
        if (["not_found", "failed", "refused"].includes(answer.state)) {
            this.state.error = answer.message || this.t("failed");
            return;
        }
        Object.assign(this.form, {...EMPTY, flags: {}});
        this.result.answer = {...answer, callsStaff: Boolean(values.flags?.length)};
        this.go(values.kind === "request" ? "requested" : "ticket");
    }

    // The ticket

    get ticket() {
        return this.result.answer?.ticket;
    }

    get shownNumber() {
        const {number} = this.result.answer;
        return this.ticket?.number || number;
    }

    get waitText() {
        const wait = this.ticket?.wait;
        if (!wait || this.result.answer.callsStaff) {
            return "";
        }
        const [low, high] = wait;
        return this.t(low === high ? "wait_one" : "wait", {low, high});
    }

    print() {
        window.print();
    }

    // Bookings

    get services() {
        const now = this.model.clock.correct() / 1000;
        return this.model.services
            .map((item) => ({
                ...item,
                times: item.times.filter(([start]) => start > now),
            }))
            .filter((item) => item.times.length);
    }

    get service() {
        return this.services.find((item) => item.id === this.form.service);
    }

    get days() {
        const days = (this.service?.times || []).map(([start]) => this.getDay(start));
        return [...new Set(days)];
    }

    get times() {
        return (this.service?.times || []).filter(
            ([start]) => this.getDay(start) === this.form.day
        );
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

    formatDay(day) {
        const [start] = this.service.times.find(([item]) => this.getDay(item) === day);
        return this.format(start, {weekday: "long", day: "numeric", month: "long"});
    }

    formatTime(start) {
        return this.format(start, {hour: "2-digit", minute: "2-digit"});
    }

    formatMoment(start) {
        return this.format(start, {dateStyle: "full", timeStyle: "short"});
    }

    chooseService(id) {
        this.form.service = id;
        this.go("day");
    }

    chooseDay(day) {
        this.form.day = day;
        this.go("time");
    }

    chooseTime(time) {
        this.form.time = time;
        this.go("about");
    }

    book() {
        return this.during(() => this.request(this.form.time));
    }

    /** Ask for another time, for whom the first one was gone. */
    bookAlternative({start, doctor}) {
        return this.during(() =>
            this.request([start, doctor], this.result.answer.uuid, this.result.person)
        );
    }

    async request([start, doctor], replaces = null, known = null) {
        const {service, name, birthdate, contact} = known || this.form;
        const person = {service, name: name.trim(), birthdate, contact: contact.trim()};
        const values = {kind: "request", start, doctor, ...person};
        await this.take(replaces ? {...values, replaces} : values);
        if (this.screen === "requested") {
            this.result.person = person;
            this.result.start = start;
        }
    }

    // What is not sent yet

    get unsentCount() {
        return this.model.unsent.length;
    }

    get entries() {
        return [...this.model.unsent, ...this.model.problems];
    }

    describe(entry) {
        const {state, resolution, ticket} = entry;
        const key =
            state === "conflict" ? `resolution_${resolution}` : `state_${state}`;
        return this.t(key, {ticket});
    }

    syncNow() {
        return this.during(() => this.model.retry());
    }
}
