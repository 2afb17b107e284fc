/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {browser} from "@web/core/browser/browser";

/** More calls than this are not kept until they are announced. */
const MOST_WAITING = 6;
/** A voice that says nothing any more is given up after this (ms). */
const PATIENCE = 15000;
/** The two tones of the chime: frequency (Hz), start and length (s). */
const CHIME = [
    [880, 0, 0.5],
    [660, 0.35, 0.9],
];
const CHIME_MS = 1300;

/**
 * A chime, and then the number and room by a voice of the browser.
 *
 * Browsers are silent until somebody has tapped the page. `onChange` is called when
 * `isOn` or `isBlocked` may be others.
 */
export class Announcer {
    constructor(onChange) {
        this.onChange = onChange;
        this.context = null;
        this.waiting = [];
        this.isBusy = false;
        this.wasStarted = false;
    }

    /** Whether sound may come out of this page now. */
    get isOn() {
        return this.context?.state === "running";
    }

    /** Whether it was turned on, and the browser keeps it silent all the same. */
    get isBlocked() {
        return this.wasStarted && !this.isOn;
    }

    /** Turn the sound on; works in answer to a tap, or where the device allows it. */
    async start({byTap = true} = {}) {
        const AudioContext = browser.AudioContext || window.AudioContext;
        this.wasStarted ||= byTap;
        if (AudioContext && !this.context) {
            this.context = new AudioContext();
            this.context.onstatechange = () => this.onChange();
        }
        if (this.context && !this.isOn) {
            // The promise of a blocked one stays open for ever
            const asked = this.context.resume().catch(() => null);
            const late = new Promise((resolve) => browser.setTimeout(resolve, 500));
            await Promise.race([asked, late]);
        }
        this.wasStarted ||= this.isOn;
        this.onChange();
    }

    stop() {
        this.waiting = [];
        window.speechSynthesis?.cancel();
        this.context?.close();
        this.context = null;
    }

    /**
     * Announce a call after those before it.
     *
     * @param {{text: string, lang: string}[]} sentences one per language
     */
    announce(sentences) {
        if (!this.isOn) {
            return;
        }
        this.waiting = [...this.waiting, sentences].slice(-MOST_WAITING);
        this.run();
    }

    async run() {
        if (this.isBusy) {
            return;
        }
        this.isBusy = true;
        while (this.waiting.length) {
            const sentences = this.waiting.shift();
            this.chime();
            await new Promise((resolve) => browser.setTimeout(resolve, CHIME_MS));
            for (const sentence of sentences) {
                await this.speak(sentence);
            }
        }
        this.isBusy = false;
    }

    chime() {
        const {context} = this;
        if (!context) {
            return;
        }
        for (const [frequency, start, length] of CHIME) {
            const tone = context.createOscillator();
            const volume = context.createGain();
            const at = context.currentTime + start;
            tone.frequency.value = frequency;
            volume.gain.setValueAtTime(0.0001, at);
            volume.gain.exponentialRampToValueAtTime(0.4, at + 0.03);
            volume.gain.exponentialRampToValueAtTime(0.0001, at + length);
            tone.connect(volume).connect(context.destination);
            tone.start(at);
            tone.stop(at + length);
        }
    }

    /** Whether this device can speak a language; lists of voices come late. */
    hasVoice(lang) {
        const voices = window.speechSynthesis?.getVoices() || [];
        const wanted = lang.toLowerCase().split("-")[0];
        return voices.some((voice) => voice.lang.toLowerCase().startsWith(wanted));
    }

    speak({text, lang}) {
        if (!this.hasVoice(lang)) {
            return Promise.resolve();
        }
        return new Promise((resolve) => {
            const late = browser.setTimeout(() => {
                window.speechSynthesis.cancel();
                resolve();
            }, PATIENCE);
            const utterance = new SpeechSynthesisUtterance(text);
            utterance.lang = lang;
            utterance.rate = 0.9;
            utterance.onend = utterance.onerror = () => {
                browser.clearTimeout(late);
                resolve();
            };
            window.speechSynthesis.speak(utterance);
        });
    }
}

/** Return a number as it is spoken: "A-012" is "A 0 1 2". */
export function spell(number) {
    return number
        .replaceAll("-", " ")
        .replace(/\d/g, " $& ")
        .replace(/\s+/g, " ")
        .trim();
}
