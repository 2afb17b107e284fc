/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {onMounted, useEnv} from "@odoo/owl";
import {browser} from "@web/core/browser/browser";
import {_t} from "@web/core/l10n/translation";
import {useService} from "@web/core/utils/hooks";
import {
    applySearch,
    makeLink,
    readSearch,
    takeSharedState,
} from "@clinic_scheduling/share_link/share_link";

/**
 * For controllers: restore the search of a shared link, and copy such links.
 *
 * Call it before the model is made; the model then starts from `state`.
 *
 * @param {() => object} getViewState what of the view goes into the link
 * @returns {{state: object, copy: Function}}
 */
export function useShareLink(getViewState) {
    const env = useEnv();
    const notification = useService("notification");
    const state = takeSharedState() || {};
    onMounted(() => {
        if (state.search) {
            applySearch(env.searchModel, state.search);
        }
    });
    return {
        state,
        async copy() {
            const search = readSearch(env.searchModel);
            const link = makeLink({...getViewState(), search});
            try {
                await browser.navigator.clipboard.writeText(link);
                notification.add(_t("Link copied."), {type: "success"});
            } catch {
                // Without HTTPS browsers keep the clipboard to themselves
                notification.add(link, {title: _t("Link to copy"), sticky: true});
            }
        },
    };
}
