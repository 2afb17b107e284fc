/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {
    Component,
    onMounted,
    onWillUnmount,
    useExternalListener,
    useState,
} from "@odoo/owl";
import {browser} from "@web/core/browser/browser";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {sprintf} from "@web/core/utils/strings";
import {Announcer, spell} from "./announcer";
import {BoardSource} from "./board_source";

/** Languages follow each other after so many seconds. */
export const TURN = 8;
/** A new call stands out for so many seconds. */
const FRESH = 15;
/** So many calls are written in large, and in smaller numbers; more in small ones. */
const LARGE = 3;
const SMALLER = 5;
/** So many next numbers stand below each other; more in two columns. */
const MOST_BELOW = 7;
/** What is older than so many seconds is said to be old. */
const OLD = 90;

/** Return minutes in words of a language: "5 min", "1 h 20 min". */
export function minutes(count, words) {
    const [hours, rest] = [Math.floor(count / 60), count % 60];
    if (!hours) {
        return sprintf(words.short, {minutes: rest});
    }
    return sprintf(rest ? words.hoursMinutes : words.hours, {hours, minutes: rest});
}

/** The screen on the wall of a waiting room: numbers, rooms and minutes. */
export class Board extends Component {
    static template = "clinic_queue.Board";
    static props = {address: String, settings: Object, state: Object};

    setup() {
        this.state = useState({
            data: this.props.state,
            seenAt: Date.now(),
            now: Date.now(),
            isOffline: false,
            isGone: false,
            fresh: {},
            spoken: "",
            isOn: false,
            isBlocked: false,
        });
        this.MOST_BELOW = MOST_BELOW;
        this.known = new Set(this.props.state.called.map((call) => call.key));
        this.announcer = new Announcer(() => this.lookAtSound());
        this.source = new BoardSource(useService("bus_service"), this.props.address, {
            onState: (data) => this.show(data),
            onFailure: (status) => this.miss(status),
        });
        useExternalListener(document, "visibilitychange", () => this.stayAwake());
        useExternalListener(window, "online", () => this.source.poke());
        onMounted(() => this.start());
        onWillUnmount(() => this.stop());
    }

    start() {
        this.source.start(this.props.state.channel);
        this.clock = browser.setInterval(() => this.tick(), 1000);
        if (this.props.settings.hasVoice) {
            // Kiosk browsers may be told to allow sound without a tap
            this.announcer.start({byTap: false});
        }
        this.stayAwake();
    }

    stop() {
        this.source.stop();
        this.announcer.stop();
        browser.clearInterval(this.clock);
        this.lock?.release().catch(() => null);
    }

    tick() {
        this.state.now = Date.now();
        for (const [key, until] of Object.entries(this.state.fresh)) {
            if (until < this.state.now) {
                delete this.state.fresh[key];
            }
        }
    }

    // ------------------------------------------------------------------
    // News
    // ------------------------------------------------------------------

    show(data) {
        if (data.version !== this.props.state.version) {
            browser.location.reload();
            return;
        }
        const calls = data.called.filter((call) => !call.is_here);
        const news = calls.filter((call) => !this.known.has(call.key));
        this.known = new Set(data.called.map((call) => call.key));
        Object.assign(this.state, {
            data,
            seenAt: Date.now(),
            now: Date.now(),
            isOffline: false,
            isGone: false,
        });
        for (const call of news.reverse()) {
            this.state.fresh[call.key] = Date.now() + FRESH * 1000;
            this.announce(call);
        }
    }

    miss(status) {
        this.state.isOffline = true;
        this.state.isGone = status === 404;
    }

    announce(call) {
        const sentences = this.props.settings.languages.map(({code, tag, words}) => ({
            lang: tag,
            text: sprintf(words.speak, {
                number: spell(call.number),
                room: call.room[code],
            }),
        }));
        this.state.spoken = this.shown
            .map(({code, words}) =>
                sprintf(words.speak, {number: call.number, room: call.room[code]})
            )
            .join(" ");
        if (this.props.settings.hasVoice) {
            this.announcer.announce(sentences);
        }
    }

    // ------------------------------------------------------------------
    // Sound and light
    // ------------------------------------------------------------------

    lookAtSound() {
        this.state.isOn = this.announcer.isOn;
        this.state.isBlocked = this.announcer.isBlocked;
    }

    async onTap() {
        if (this.props.settings.hasVoice && !this.state.isOn) {
            await this.announcer.start();
            this.announcer.chime();
        }
        await this.stayAwake();
    }

    async stayAwake() {
        if (!browser.navigator.wakeLock || document.hidden) {
            return;
        }
        try {
            // Held by the page until it is hidden
            this.lock = await browser.navigator.wakeLock.request("screen");
        } catch {
            // Low battery, or not allowed: the device's own settings count
        }
    }

    // ------------------------------------------------------------------
    // Words
    // ------------------------------------------------------------------

    /** The languages that are shown at the moment. */
    get shown() {
        const {languages, mode} = this.props.settings;
        if (mode === "beside") {
            return languages;
        }
        const turn = Math.floor(this.state.now / 1000 / TURN);
        return [languages[turn % languages.length]];
    }

    words(key, values = {}) {
        return this.say(({words}) => sprintf(words[key], values));
    }

    rooms(call) {
        return this.say(({code}) => call.room[code]);
    }

    /** The texts of the languages that are shown; the same one twice helps nobody. */
    say(getText) {
        const found = this.shown.map((language) => ({
            tag: language.tag,
            direction: language.direction,
            text: getText(language),
        }));
        return found.filter(
            ({text}, index) => found.findIndex((item) => item.text === text) === index
        );
    }

    wait(band) {
        const [low, high] = band.map((seconds) => Math.round(seconds / 60));
        const isShort = high < 60;
        return this.say(({words}) => {
            const write = isShort ? (count) => count : (count) => minutes(count, words);
            const key = low === high ? "about" : "minutes";
            const long = low === high ? "aboutSpan" : "span";
            return sprintf(words[isShort ? key : long], {
                low: write(low),
                high: write(high),
            });
        });
    }

    get waits() {
        return this.state.data.queues.filter(({wait}) => wait);
    }

    /** The more are called at once, the smaller they are written: all fit. */
    get callSize() {
        const count = this.state.data.called.length;
        if (count <= LARGE) {
            return "";
        }
        return count <= SMALLER ? "o_clinic_board_several" : "o_clinic_board_many";
    }

    get nextCount() {
        const counts = this.followers.map(({next}) => next.length);
        return counts.reduce((sum, count) => sum + count, 0);
    }

    get followers() {
        return this.state.data.queues.filter(({next}) => next.length);
    }

    get time() {
        return this.format(this.state.now, this.shown[0]);
    }

    /** A time of the site, by the clock of the language. */
    format(moment, {tag, hourCycle}) {
        return new Date(moment).toLocaleTimeString(tag, {
            hour: hourCycle === "h12" ? "numeric" : "2-digit",
            minute: "2-digit",
            hourCycle,
            timeZone: this.props.settings.zone,
        });
    }

    get isOld() {
        return this.state.isOffline || this.state.now - this.state.seenAt > OLD * 1000;
    }

    get age() {
        const old = Math.floor((this.state.now - this.state.seenAt) / 60000);
        return this.say((language) =>
            sprintf(language.words.age, {
                time: this.format(this.state.seenAt, language),
                minutes: old,
            })
        );
    }
}

registry.category("public_components").add("clinic_queue.board", Board);
