/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {_t} from "@web/core/l10n/translation";

/**
 * Return how long something is held: minutes and seconds, or in words when it is an
 * hour or more, where nobody counts seconds.
 */
export function toClock(seconds) {
    const minutes = Math.floor(seconds / 60);
    if (minutes >= 60) {
        return _t("%(hours)s h %(minutes)s min", {
            hours: Math.floor(minutes / 60),
            minutes: minutes % 60,
        });
    }
    return `${minutes}:${String(seconds % 60).padStart(2, "0")}`;
}
