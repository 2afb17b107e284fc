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
 * Keep the focus in a dialog as long as it is open; then give it back.
 *
 * @param {Function} isOpen
 * @param {string} selector of what gets the focus
 */
export function useDialogFocus(isOpen, selector) {
    let wasOpen = false;
    let before = null;
    onPatched(() => {
        if (isOpen() === wasOpen) {
            return;
        }
        wasOpen = isOpen();
        if (wasOpen) {
            before = document.activeElement;
            document.querySelector(selector)?.focus();
        } else if (before?.isConnected) {
            before.focus();
        }
    });
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
