/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {_t} from "@web/core/l10n/translation";
import {download} from "@web/core/network/download";
import {registry} from "@web/core/registry";

/**
 * Fetch an export and save it. The list of appointments travels in the body of a POST,
 * since an address cannot hold thousands of ids.
 *
 * @param {object} env
 * @param {object} action params: the route's url and data
 */
export async function downloadExport(env, action) {
    const {url, data} = action.params;
    env.services.ui.block({message: _t("Preparing the export…")});
    try {
        await download({url, data});
    } finally {
        env.services.ui.unblock();
    }
}

registry.category("actions").add("clinic_scheduling.download", downloadExport);
