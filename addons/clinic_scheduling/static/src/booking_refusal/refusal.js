/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {RPCError} from "@web/core/network/rpc";

const EXCEPTIONS = "odoo.addons.clinic_scheduling.exceptions.";

/** Rules that a place above the capacity gets around. */
const OVERBOOK_RULES = new Set(["taken", "full"]);

/** Rules that a reason gets around; the server decides in the end. */
const EXCEPTION_RULES = new Set([
    "outside_availability",
    "wrong_site",
    "wrong_service",
    "break",
    "absence",
    "too_long",
    "patient_busy",
]);

/**
 * @typedef {object} Alternative
 * @property {string} start UTC, as the server writes it
 * @property {string} stop
 * @property {number} doctor_id
 * @property {number} site_id
 * @property {string} label
 */

/**
 * Read what a booking was refused for.
 *
 * @param {Error} error
 * @returns {{message: string, alternatives: Alternative[], isAboutTime: boolean,
 *  mayOverbook: boolean, mayExcept: boolean} | null} null when it is another kind of error
 */
export function getRefusal(error) {
    if (!(error instanceof RPCError) || !error.exceptionName?.startsWith(EXCEPTIONS)) {
        return null;
    }
    const {alternatives = [], code, reason, rule} = error.data.context || {};
    return {
        message: reason || error.data.message,
        alternatives,
        isAboutTime:
            code !== "illegal_transition" && Boolean(rule || alternatives.length),
        mayOverbook: OVERBOOK_RULES.has(rule),
        mayExcept: EXCEPTION_RULES.has(rule),
    };
}
