/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {onMounted, onWillUnmount, useExternalListener} from "@odoo/owl";
import {browser} from "@web/core/browser/browser";
import {Deferred} from "@web/core/utils/concurrency";
import {useBus, useService} from "@web/core/utils/hooks";

const CHANNEL = "clinic_scheduling.calendar";
const CHANGED = "clinic_scheduling.calendar_changed";

/** Pokes of one burst lead to one reload, this long (ms) after the first. */
export const GATHER = 250;
/** Spread (ms) so that not all open calendars ask the server at once. */
const JITTER = 350;
/** How long (ms) to wait when the user is in the middle of something. */
export const BUSY_WAIT = 300;
/** A press may open a card, or begin a drag, only after this (ms). */
const PRESS = 400;
/** Without the bus the view is reloaded this often (ms). */
export const FALLBACK = 60000;

/** How many views listen to a channel. */
const watchers = new Map();

function useChannel(channel) {
    const bus = useService("bus_service");
    onMounted(() => {
        watchers.set(channel, (watchers.get(channel) || 0) + 1);
        bus.addChannel(channel);
    });
    onWillUnmount(() => {
        watchers.set(channel, watchers.get(channel) - 1);
        if (!watchers.get(channel)) {
            bus.deleteChannel(channel);
        }
    });
    return bus;
}

/** Reload while the bus is away, and once when it is back. */
function useFallback(bus, poke) {
    let interval = null;
    const stop = () => {
        browser.clearInterval(interval);
        interval = null;
    };
    const start = () => {
        interval ??= browser.setInterval(poke, FALLBACK);
    };
    const back = () => {
        stop();
        poke();
    };
    useBus(bus, "BUS:DISCONNECT", start);
    useBus(bus, "BUS:RECONNECTING", start);
    useBus(bus, "BUS:RECONNECT", back);
    useBus(bus, "BUS:CONNECT", () => interval && back());
    onWillUnmount(stop);
}

/** Return a function whose promise resolves when the user does nothing delicate. */
function useIdle(isBusy) {
    let pressedAt = 0;
    let isAlive = true;
    const press = () => {
        pressedAt = Date.now();
    };
    useExternalListener(window, "pointerdown", press, {capture: true});
    onWillUnmount(() => {
        isAlive = false;
    });
    return async () => {
        while (isBusy() || Date.now() - pressedAt < PRESS) {
            await new Promise((resolve) => browser.setTimeout(resolve, BUSY_WAIT));
        }
        // What waits in a view that is gone must not go on
        return isAlive || new Deferred();
    };
}

/**
 * Reload a screen when the server says that something changed.
 *
 * @param {{channel: string, type: string}} source which messages of the bus say so
 * @param {(untilIdle: () => Promise) => Promise} reload may await `untilIdle` again
 *  between reading and showing
 * @param {() => boolean} [isBusy] the reload waits while this returns true
 */
export function useLive({channel, type}, reload, isBusy = () => false) {
    let timer = null;
    const untilIdle = useIdle(isBusy);
    const run = async () => {
        timer = null;
        await untilIdle();
        await reload(untilIdle);
    };
    const poke = () => {
        timer ??= browser.setTimeout(run, GATHER + Math.random() * JITTER);
    };
    const bus = useChannel(channel);
    useFallback(bus, poke);
    onMounted(() => bus.subscribe(type, poke));
    onWillUnmount(() => {
        bus.unsubscribe(type, poke);
        browser.clearTimeout(timer);
    });
}

/** Reload a view of appointments when anybody books, moves or cancels one. */
export function useClinicLive(reload, isBusy) {
    useLive({channel: CHANNEL, type: CHANGED}, reload, isBusy);
}
