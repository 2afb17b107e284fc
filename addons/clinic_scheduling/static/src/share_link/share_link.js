/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

/**
 * Links that show somebody else the same appointments: date, scale, what is
 * checked in the side panel, and the search, in one parameter of the address.
 */

import {browser} from "@web/core/browser/browser";
import {router} from "@web/core/browser/router";
import {Domain} from "@web/core/domain";
import {_t} from "@web/core/l10n/translation";
import {omit} from "@web/core/utils/objects";

const KEY = "clinic";

/** Return `state` (JSON values) as text that needs no escaping in an address. */
export function encodeState(state) {
    const bytes = new TextEncoder().encode(JSON.stringify(state));
    const text = btoa(String.fromCharCode(...bytes));
    return text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Return what encodeState was given, or null when the text is not of its making. */
export function decodeState(text) {
    try {
        const base64 = String(text).replaceAll("-", "+").replaceAll("_", "/");
        const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
        const state = JSON.parse(new TextDecoder().decode(bytes));
        return state && typeof state === "object" ? state : null;
    } catch {
        return null;
    }
}

/** Return the state that the address brought along, once. */
export function takeSharedState() {
    const text = router.current[KEY];
    delete router.current[KEY];
    return text ? decodeState(text) : null;
}

/** Return the address of the current action that brings `state` along. */
export function makeLink(state) {
    const current = omit(router.current, "debug", "globalState");
    const path = router.stateToUrl({...current, [KEY]: encodeState(state)});
    return browser.location.origin + path;
}

/** Return the search as plain values, independent of the user's own filters. */
export function readSearch(searchModel) {
    const toText = (domain) =>
        new Domain(new Domain(domain).toList(searchModel.domainEvalContext)).toString();
    return {
        domain: toText(searchModel.globalDomain),
        facets: searchModel.facets
            .filter((facet) => facet.domain)
            .map(({domain, separator, title, values}) => ({
                label: (title ? `${title}: ` : "") + values.join(` ${separator} `),
                domain: toText(domain),
            })),
    };
}

/** Make `searchModel` search for what readSearch had read. */
export function applySearch(searchModel, {domain, facets = []}) {
    const own = readSearch(searchModel);
    const wanted = [...facets];
    if (domain && domain !== own.domain && domain !== "[]") {
        wanted.push({label: _t("Shared selection"), domain});
    }
    if (JSON.stringify(wanted) === JSON.stringify(own.facets)) {
        return;
    }
    searchModel.clearQuery();
    for (const facet of wanted) {
        searchModel.createNewFilters([
            {description: String(facet.label), domain: String(facet.domain)},
        ]);
    }
}
