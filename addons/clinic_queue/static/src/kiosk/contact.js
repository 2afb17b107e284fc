/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

/** The server's rules, as far as they need no list of all countries. */
const EMAIL = /^[^@\s]+@[^@\s]+\.[^@\s]+$/;
const PHONE = /^\+?[\d\s().\-/]+$/;

/** Digits of a number with its country, at least and at most (ITU-T E.164). */
const [SHORTEST, LONGEST] = [8, 15];
/** Without rules of the country, so many digits may be a number. */
const FEWEST = 6;

export function isEmail(text) {
    return EMAIL.test(text.trim());
}

/** The digits after the country's code, if that is the country of the rules. */
function getNational(text, rules) {
    const digits = text.replace(/\D/g, "");
    const isForeign = text.trim().startsWith("+") || digits.startsWith("00");
    if (!isForeign) {
        return digits;
    }
    const full = digits.replace(/^00/, "");
    return full.startsWith(rules.code) ? full.slice(rules.code.length) : null;
}

/** Whether a whole number, or one of an unknown country, has as many digits as any. */
function isLongEnough(text, rules) {
    const digits = text.replace(/\D/g, "").replace(/^00/, "");
    const least = rules || text.trim().startsWith("+") ? SHORTEST : FEWEST;
    return digits.length >= least && digits.length <= LONGEST;
}

/** Whether it is a number of the country, with the digit before the area code or not. */
function isNational(national, {prefix, ...rules}, kind) {
    const pattern = new RegExp(`^(?:${rules[kind]})$`);
    const isTrunk = prefix && national.startsWith(prefix);
    return (
        pattern.test(national) ||
        (isTrunk && pattern.test(national.slice(prefix.length)))
    );
}

/**
 * Whether a telephone number can be right.
 *
 * @param {string} text as typed
 * @param {object|null} rules of the clinic's country, as the server tells them
 * @param {"any"|"mobile"} kind
 */
export function isPhone(text, rules, kind = "any") {
    if (!PHONE.test(text.trim())) {
        return false;
    }
    const national = rules ? getNational(text, rules) : null;
    if (national === null) {
        return isLongEnough(text, rules);
    }
    return Boolean(isNational(national, rules, kind));
}

/** Whether the server can take it as the contact of who books. */
export function isContact(text, rules) {
    return text.includes("@") ? isEmail(text) : isPhone(text, rules);
}

/** Whether a date (YYYY-MM-DD) can be the birth of somebody who stands here. */
export function isBirthdate(text, today) {
    return /^\d{4}-\d{2}-\d{2}$/.test(text) && text >= "1900-01-01" && text <= today;
}
