/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {formatFloat} from "@web/views/fields/formatters";

/** Shares called by the end of the band and before it; how far off is no matter. */
const AIM_WITHIN = 0.8;
const AIM_SHORTER = 0.5;
const LEEWAY = 0.1;

const NOTHING = "–";

const MET = {icon: "fa-check", style: "text-success", label: _t("Aim met")};
const LATER = {
    icon: "fa-times",
    style: "text-danger",
    label: _t("Aim missed: too many are called later"),
};
const EARLIER = {
    icon: "fa-exclamation-triangle",
    style: "text-warning-emphasis",
    label: _t("Aim missed: most are called earlier"),
};

/**
 * Say whether the waits that were shown keep what they promise, or which way not.
 *
 * @param {{within: number, shorter: number}} shares called by the end of the band, and
 *     before its start
 */
export function judgeBand({within, shorter}) {
    if (within < AIM_WITHIN - LEEWAY) {
        return LATER;
    }
    return shorter > AIM_SHORTER + LEEWAY ? EARLIER : MET;
}

/** Whether the database knew nothing to take an average of. */
function isUnknown(value) {
    return value === false || value === null || value === undefined;
}

/** An average that may be of nobody: a dash then, and no zero. */
export function formatFigure(value, options = {}) {
    return isUnknown(value) ? NOTHING : formatFloat(value, options);
}
formatFigure.extractOptions = formatFloat.extractOptions;

/** A share that may be of nobody. */
export function formatShare(value) {
    return isUnknown(value)
        ? NOTHING
        : _t("%(share)s %", {share: Math.round(100 * value)});
}

/** A share called by the end of the band, and whether it is as aimed. */
export function formatWithin(value) {
    if (isUnknown(value)) {
        return NOTHING;
    }
    const {label} = judgeBand({within: value, shorter: 0});
    return _t("%(share)s (%(verdict)s)", {share: formatShare(value), verdict: label});
}

/** A share called before the band, and whether it is as aimed. */
export function formatShorter(value) {
    if (isUnknown(value)) {
        return NOTHING;
    }
    const {label} = judgeBand({within: 1, shorter: value});
    return _t("%(share)s (%(verdict)s)", {share: formatShare(value), verdict: label});
}

registry
    .category("formatters")
    .add("clinic_queue_figure", formatFigure)
    .add("clinic_queue_share", formatShare)
    .add("clinic_queue_within", formatWithin)
    .add("clinic_queue_shorter", formatShorter);
