/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {onMounted, onPatched, onWillUnmount, useState} from "@odoo/owl";

/** Let a component be drawn anew when the model has news. */
export function useModel(model) {
    const version = useState({count: 0});
    model.onChange(() => version.count++);
    return version;
}

/** Put the focus on the heading of a screen that has just come up. */
export function useHeadingFocus(getScreen) {
    let shown = null;
    const look = () => {
        if (getScreen() === shown) {
            return;
        }
        const isFirst = shown === null;
        shown = getScreen();
        if (!isFirst) {
            document.querySelector(".o_kiosk_screen h1")?.focus();
        }
    };
    onMounted(look);
    onPatched(look);
}

/**
 * Count down since somebody touched the tablet last.
 *
 * @param {Function} getLimit seconds; 0: no end
 * @param {Function} onTick gets the seconds that are left
 */
export function useIdle(getLimit, onTick) {
    let touched = performance.now();
    const touch = () => {
        touched = performance.now();
    };
    const events = ["pointerdown", "keydown", "input"];
    let timer = null;
    onMounted(() => {
        events.forEach((name) => document.addEventListener(name, touch, true));
        timer = setInterval(() => {
            const limit = getLimit();
            if (limit) {
                onTick(Math.ceil(limit - (performance.now() - touched) / 1000));
            } else {
                touch();
            }
        }, 500);
    });
    onWillUnmount(() => {
        events.forEach((name) => document.removeEventListener(name, touch, true));
        clearInterval(timer);
    });
    return touch;
}
