/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {KioskFrame} from "./kiosk_frame";
import {PinCheck} from "./pin";
import {isBirthdate} from "./contact";

/** The screens on which an appointment is booked, and that of what is not sent yet. */
export class KioskBooking extends KioskFrame {
    setup() {
        super.setup();
        this.pins = new PinCheck();
    }

    // Bookings

    get services() {
        const now = this.model.clock.correct() / 1000;
        return this.model.services
            .map((item) => ({
                ...item,
                name: this.getName(item),
                times: item.times.filter(([start]) => start > now),
            }))
            .filter((item) => item.times.length);
    }

    /** The name in the visitor's language, or else in the practice's. */
    getName({names = {}, name = ""}) {
        return names[this.model.lang] || Object.values(names)[0] || name;
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

    get today() {
        return this.getDay(this.model.clock.correct() / 1000);
    }

    formatDay(day) {
        const [start] = this.service.times.find(([item]) => this.getDay(item) === day);
        return this.format(start, {weekday: "long", day: "numeric", month: "long"});
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

    isChosen([start, doctor]) {
        const {time} = this.form;
        return Boolean(time) && time[0] === start && time[1] === doctor;
    }

    book() {
        return this.during(async () => {
            const {name, birthdate, contact, time, replaces} = this.form;
            if (!name.trim()) {
                return this.refuse("who", this.t("name_wrong"));
            }
            if (!isBirthdate(birthdate, this.today)) {
                return this.refuse("born", this.t("birthdate_wrong"));
            }
            const wrong = await this.checkContact("contact", contact.trim());
            if (wrong) {
                return this.refuse("contact", wrong);
            }
            const answer = await this.request(time, replaces);
            if (answer.state === "failed") {
                // What is sent next, set right, takes its place
                this.form.replaces = answer.uuid;
            }
        });
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
        const answer = await this.take(replaces ? {...values, replaces} : values);
        if (this.screen === "requested") {
            this.result.person = person;
            this.result.start = start;
        }
        return answer;
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

    /** The numbers of others are for staff alone. */
    showList() {
        return this.during(async () => {
            const pin = this.form.pin;
            this.form.pin = "";
            const isPaused = this.pins.isPaused;
            if (await this.pins.check(pin, this.model.config.pin)) {
                this.state.showsList = true;
            } else {
                this.refuse("pin", this.t(isPaused ? "too_often" : "pin_wrong"));
            }
        });
    }

    syncNow() {
        return this.during(() => this.model.retry());
    }
}
