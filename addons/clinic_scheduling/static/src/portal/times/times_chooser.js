/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {_t} from "@web/core/l10n/translation";
import {Interaction} from "@web/public/interaction";
import {registry} from "@web/core/registry";
import {renderToFragment} from "@web/core/utils/render";
import {loadSlots} from "./slots_source";
import {DAYS, describe, toView} from "./times_view";
import {addDays, format, HERE, toDay} from "./zones";

const CHANGED = "clinic_scheduling.calendar_changed";
/** Changes come in bursts, and all open pages hear of them at once (ms). */
const CALM = 1000;

/** The choice of a free time: see the template `clinic_scheduling.portal_times_chooser`. */
export class TimesChooser extends Interaction {
    static selector = ".o_clinic_times";

    setup() {
        const {day, start} = this.el.dataset;
        this.wantedStart = Number(start) || null;
        this.state = {answer: null, day, chosen: null, error: "", taken: ""};
        this.view = this.el.querySelector(".o_clinic_times_view");
        this.form = this.el.querySelector(".o_clinic_times_form");
        this.request = 0;
    }

    start() {
        this.addListener(this.view, "click", this.onClick);
        this.addListener(this.view, "change", this.onChange);
        this.addListener(this.form, "submit", () => this.setSending(true));
        // Back from the next step, as the browser kept this page
        this.addListener(window, "pageshow", (ev) => ev.persisted && this.onReturn());
        this.listen();
        this.load(this.state.day);
    }

    listen() {
        const {channel} = this.el.dataset;
        const bus = this.services.bus_service;
        if (!channel || !bus) {
            return;
        }
        const refresh = this.debounced(() => this.refresh(), CALM);
        bus.addChannel(channel);
        bus.subscribe(CHANGED, refresh);
        this.registerCleanup(() => {
            bus.unsubscribe(CHANGED, refresh);
            bus.deleteChannel(channel);
        });
        // What was missed while nobody looked
        this.addListener(document, "visibilitychange", this.refresh);
    }

    onReturn() {
        this.setSending(false);
        this.refresh();
    }

    // ------------------------------------------------------------------
    // Loading
    // ------------------------------------------------------------------

    /** Show the days from a date on, or from the first free day. */
    async load(from) {
        this.wantedFrom = from;
        Object.assign(this.state, {answer: null, error: "", taken: ""});
        this.render();
        await this.fetch(from);
        if (this.state.answer) {
            this.say(this.sayFound());
        }
    }

    /** Look again, leaving everything as it is where nothing changed. */
    async refresh() {
        if (this.state.answer && !document.hidden) {
            await this.fetch(this.state.answer.from, true);
        }
    }

    async fetch(from, isQuiet = false) {
        const request = ++this.request;
        // Who comes to the clinic looks at its clock
        const tz = this.el.dataset.clock === "visitor" ? HERE : "";
        const wanted = {from, days: DAYS, tz};
        const loaded = loadSlots(this.el.dataset.url, wanted).then(
            (answer) => ({answer}),
            (reason) => ({error: reason.message})
        );
        const {answer, error} = await this.waitFor(loaded);
        if (request !== this.request || (error && isQuiet)) {
            // Asked again meanwhile; or what is shown may still be right
            return;
        }
        if (error) {
            this.state.error = error;
            this.say(error);
        } else {
            this.take(answer);
        }
        this.render();
    }

    take(answer) {
        const {state} = this;
        const slots = [...answer.slots, ...answer.others];
        if (this.wantedStart) {
            state.chosen =
                slots.find((slot) => slot.start === this.wantedStart) || null;
            this.wantedStart = null;
        }
        const again = this.findAgain(slots);
        if (again) {
            state.chosen = again;
        } else if (state.chosen && this.isInWindow(state.chosen, answer.from)) {
            const when = format(state.chosen.start, "moment", state.chosen.zone);
            state.taken = _t("%s was just taken. Please choose another time.", when);
            state.chosen = null;
            this.say(state.taken);
        }
        state.answer = answer;
        state.day = this.getDay(answer);
        this.showChosen();
    }

    /** The chosen time in a new answer: of any doctors, it may be another one's now. */
    findAgain(slots) {
        const {key, start, site} = this.state.chosen || {};
        return (
            slots.find((slot) => slot.key === key) ||
            slots.find((slot) => slot.start === start && slot.site === site)
        );
    }

    isInWindow(slot, from) {
        return from <= slot.day && slot.day < addDays(from, DAYS);
    }

    /** The day to show: the present one if it is among them, else the first free one. */
    getDay({from, slots}) {
        const {day} = this.state;
        if (day && from <= day && day < addDays(from, DAYS)) {
            const isFree = slots.some((slot) => slot.day === day);
            if (isFree || this.state.answer) {
                return day;
            }
        }
        return slots.length ? slots[0].day : from;
    }

    // ------------------------------------------------------------------
    // Choosing
    // ------------------------------------------------------------------

    onClick(ev) {
        const {day, go} = ev.target.closest("button")?.dataset || {};
        const {answer} = this.state;
        if (day) {
            this.state.day = day;
            this.render();
            this.say(this.sayFound());
            this.remember();
        } else if (go === "retry") {
            this.load(this.wantedFrom);
        } else if (go === "first") {
            this.state.day = null;
            this.load();
        } else if (go === "next") {
            this.state.day = answer.next.day;
            this.load(this.state.day);
        } else if (go) {
            this.state.day = null;
            const from = addDays(answer.from, go === "later" ? DAYS : -DAYS);
            const today = toDay(Date.now() / 1000, answer.zone);
            this.load(from < today ? today : from);
        }
    }

    onChange(ev) {
        const {answer} = this.state;
        const slots = [...answer.slots, ...answer.others];
        this.state.chosen = slots.find((slot) => slot.key === ev.target.value);
        this.showChosen();
        this.remember();
    }

    showChosen() {
        const {chosen, answer} = this.state;
        this.form.hidden = !chosen;
        if (chosen && answer.doctors[chosen.doctor]) {
            for (const name of ["doctor", "site", "start"]) {
                this.form.elements[name].value = chosen[name];
            }
            const words = this.form.querySelector(".o_clinic_times_chosen");
            words.textContent = describe(chosen, answer);
        }
    }

    setSending(isSending) {
        this.form.querySelector("button[type=submit]").disabled = isSending;
    }

    /** Keep day and time in the address: it can be shared, and come back to. */
    remember() {
        const url = new URL(window.location.href);
        const {day, chosen} = this.state;
        url.searchParams.set("day", day);
        if (chosen) {
            url.searchParams.set("start", chosen.start);
        }
        window.history.replaceState(window.history.state, "", url);
    }

    // ------------------------------------------------------------------
    // Showing
    // ------------------------------------------------------------------

    render() {
        const key = this.getFocusKey();
        const fragment = renderToFragment(
            "clinic_scheduling.TimesView",
            toView(this.state)
        );
        this.view.replaceChildren(fragment);
        const isLoading = !this.state.answer && !this.state.error;
        this.view.setAttribute("aria-busy", isLoading);
        this.focusKey = isLoading ? key : null;
        if (key && !isLoading) {
            const again = [...this.view.querySelectorAll("[data-key]")].find(
                (el) => el.dataset.key === key && !el.disabled
            );
            (again || this.view.querySelector(".o_clinic_times_title"))?.focus();
        }
    }

    /** What has the focus here, or had it until the skeleton took its place. */
    getFocusKey() {
        const active = document.activeElement;
        if (this.view.contains(active)) {
            return active.dataset.key;
        }
        return active === document.body ? this.focusKey : null;
    }

    sayFound() {
        const {parts, date} = toView(this.state);
        const count = parts.reduce((sum, part) => sum + part.choices.length, 0);
        return count
            ? _t("%(date)s: %(count)s free times", {date, count})
            : _t("%s: nothing free", date);
    }

    say(text) {
        this.el.querySelector(".o_clinic_times_status").textContent = text;
    }
}

registry
    .category("public.interactions")
    .add("clinic_scheduling.times_chooser", TimesChooser);
