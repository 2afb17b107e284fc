/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {useComponent} from "@odoo/owl";
import {useSetupAction} from "@web/search/action_hook";

/**
 * For controllers: keep the day that is shown when the user turns to another view.
 *
 * @param {() => luxon.DateTime} getDay what is shown now
 * @returns {string|undefined} the day (ISO) that the view before this one showed
 */
export function useShownDay(getDay) {
    useSetupAction({getGlobalState: () => ({clinicDay: getDay().toISODate()})});
    return useComponent().props.globalState?.clinicDay;
}
