/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {KioskBooking} from "./kiosk_booking";
import {Scanner} from "./scanner";
import {drawCode} from "./code";
import {isBirthdate} from "./contact";

/** The kiosk's screens, one at a time. */
export class KioskApp extends KioskBooking {
    static template = "clinic_queue.KioskApp";
    static components = {Scanner};

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
        this.state.error = "";
    }

    /** Whether a question was passed over: none has an answer before somebody gives it. */
    isOpen({id}) {
        return typeof this.form.flags[id] !== "boolean";
    }

    get flags() {
        return this.getQuestions("red_flag")
            .filter(({id}) => this.form.flags[id])
            .map(({id}) => id);
    }

    /** Nobody with a warning sign is asked for anything else. */
    endFlags() {
        const open = this.getQuestions("red_flag").find((item) => this.isOpen(item));
        if (open) {
            this.state.isMissing = true;
            return this.refuse(`flag_${open.id}_yes`, this.t("red_flags_open"));
        }
        if (this.model.device.mobile && !this.flags.length) {
            return this.go("mobile");
        }
        return this.takeNumber();
    }

    takeNumber() {
        return this.during(async () => {
            const {queue, reason} = this.form;
            const {flags} = this;
            const mobile = flags.length ? "" : this.form.mobile.trim();
            const wrong = mobile && (await this.checkContact("mobile", mobile));
            if (wrong) {
                return this.refuse("mobile", wrong);
            }
            await this.take({kind: "walk_in", queue, reason, flags, mobile});
        });
    }

    skipMobile() {
        this.form.mobile = "";
        return this.takeNumber();
    }

    // Check-in

    checkIn() {
        const {birthdate} = this.form;
        const appointment = this.form.appointment.trim();
        if (birthdate && !isBirthdate(birthdate, this.today)) {
            return this.refuse("visit_born", this.t("birthdate_wrong"));
        }
        if (appointment) {
            const values = {kind: "check_in", appointment, birthdate};
            return this.during(() => this.take(values));
        }
    }

    onScan(text) {
        Object.assign(this.form, {appointment: text, birthdate: ""});
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

    // The ticket

    get ticket() {
        return this.result.answer?.ticket;
    }

    get shownNumber() {
        const {number} = this.result.answer;
        return this.ticket?.number || number;
    }

    get waitText() {
        return this.result.answer.callsStaff ? "" : this.ticket?.wait || "";
    }

    /** Which appointment it is, as far as it was proved to be the own one. */
    get visitText() {
        const {visit, asked, resolution} = this.result.answer;
        if (visit) {
            const {doctor, number} = visit;
            const time = this.formatTime(visit.start);
            const key = doctor ? "visit_with" : "visit_at";
            return `${this.t(key, {time, doctor})} (${number})`;
        }
        const isFound = asked && resolution !== "walk_in";
        return isFound ? this.t("visit", {number: asked}) : "";
    }

    /** Who typed a number that others may guess has the page by the confirmation. */
    get needsOwnLink() {
        return this.result.answer.isUnproved && !this.qr;
    }

    /** What became of the link that was asked for. */
    get linkText() {
        const {link, hasMobile} = this.result.answer;
        const isLater = hasMobile && !this.ticket;
        return link || isLater ? this.t(`link_${link || "later"}`) : "";
    }

    /** The QR code of the own page: the server's, or ours as long as it knows nothing. */
    get qr() {
        const {uuid, callsStaff, isUnproved} = this.result.answer;
        if (callsStaff) {
            return "";
        }
        if (this.ticket) {
            return this.ticket.qr || "";
        }
        if (isUnproved) {
            return "";
        }
        const {device, base = location.origin} = this.model.config;
        const {path = ""} = this.model.language || {};
        return drawCode(`${base}${path}/clinic/queue/slip/${device.id}.${uuid}`);
    }

    print() {
        window.print();
    }
}
