/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {ConfirmationDialog} from "@web/core/confirmation_dialog/confirmation_dialog";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
// What is replaced here has to be there
import "@web/webclient/user_menu/user_menu_items";

async function askAndLeave(env, leave) {
    const {pharma_call_outbox: outbox, dialog} = env.services;
    await outbox.flush();
    const doctors = outbox.store
        .list()
        .map(({data}) => data.showcase?.doctor)
        .filter(Boolean);
    if (!doctors.length) {
        return leave();
    }
    dialog.add(ConfirmationDialog, {
        title: _t("Reports that were not sent"),
        body: _t(
            "Logging out deletes what was typed on this device and not sent, about calls on: %s",
            doctors.join(", ")
        ),
        confirmLabel: _t("Delete and log out"),
        confirmClass: "btn-danger",
        confirm: leave,
        cancelLabel: _t("Stay"),
        cancel: () => null,
    });
}

/**
 * Let a menu item for logging out send what waits on this device, and then forget what
 * is left. Who would lose something is asked.
 *
 * @param {Function} makeItem env => item of the user's menu
 * @returns {Function}
 */
export function forgetReports(makeItem) {
    return (env) => {
        const item = makeItem(env);
        const leave = () => {
            env.services.pharma_call_outbox.store.clear();
            return item.callback();
        };
        return {...item, callback: () => askAndLeave(env, leave)};
    };
}

const items = registry.category("user_menuitems");
items.add("log_out", forgetReports(items.get("log_out")), {force: true});
