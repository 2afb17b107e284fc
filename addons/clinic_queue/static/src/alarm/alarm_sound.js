/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {reactive} from "@odoo/owl";
import {browser} from "@web/core/browser/browser";
import {registry} from "@web/core/registry";
import {user} from "@web/core/user";

/** While somebody is to be seen at once, it rings this often (ms). */
export const RING_AGAIN = 10000;

/** One ring: [hertz, from, to] in seconds. */
const TONES = [
    [880, 0, 0.25],
    [660, 0.3, 0.55],
    [880, 0.6, 0.85],
];
const LENGTH = 1000;
const VOLUME = 0.25;

/** What makes sound, apart for tests; null where the browser has none. */
export const audio = {
    makeContext: () => (window.AudioContext ? new AudioContext() : null),
};

function getKey() {
    return `clinic_queue.alarm_sound.${user.userId}`;
}

function play(context) {
    for (const [hertz, from, to] of TONES) {
        const tone = context.createOscillator();
        const volume = context.createGain();
        const [start, stop] = [context.currentTime + from, context.currentTime + to];
        tone.frequency.value = hertz;
        // Without ramps the tone begins and ends with a click
        volume.gain.setValueAtTime(0, start);
        volume.gain.linearRampToValueAtTime(VOLUME, start + 0.02);
        volume.gain.setValueAtTime(VOLUME, stop - 0.05);
        volume.gain.linearRampToValueAtTime(0, stop);
        tone.connect(volume).connect(context.destination);
        tone.start(start);
        tone.stop(stop);
    }
}

/** Of several tabs of this browser, one rings. */
function playOnce(context) {
    const ring = async (lock) => {
        if (lock) {
            play(context);
            await new Promise((resolve) => browser.setTimeout(resolve, LENGTH));
        }
    };
    const {locks} = browser.navigator;
    if (!locks) {
        return ring(true);
    }
    return locks.request("clinic_queue.alarm_sound", {ifAvailable: true}, ring);
}

/**
 * The sound of alarms, switched on or off by each user in each browser.
 *
 * Browsers keep a page silent until it is clicked or a key is pressed in it:
 * `isBlocked` says so until then.
 */
export const alarmSoundService = {
    start() {
        let context = null;
        const sound = reactive({
            isOn: browser.localStorage.getItem(getKey()) !== "off",
            isBlocked: false,
        });
        const isReady = () => context?.state === "running";
        const ring = () => {
            context ??= audio.makeContext();
            sound.isBlocked = !isReady();
            return isReady() && playOnce(context);
        };
        const unblock = async () => {
            if (sound.isBlocked) {
                await context?.resume();
                ring();
            }
        };
        window.addEventListener("pointerdown", unblock, true);
        window.addEventListener("keydown", unblock, true);

        /** Ring until what this returns is called. */
        sound.start = () => {
            ring();
            const timer = browser.setInterval(ring, RING_AGAIN);
            return () => {
                browser.clearInterval(timer);
                sound.isBlocked = false;
            };
        };
        /** Switch it; whoever switches it on hears it. */
        sound.toggle = () => {
            sound.isOn = !sound.isOn;
            browser.localStorage.setItem(getKey(), sound.isOn ? "on" : "off");
            if (sound.isOn) {
                ring();
            }
        };
        return sound;
    },
};

registry.category("services").add("clinic_queue_sound", alarmSoundService);
