/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";

/**
 * Say which numbers a check-in gave, until that is closed.
 *
 * @param {object} env
 * @param {object} action its params: the message, the ids of the tickets, and of the
 *     visits whose check-in may be taken back
 * @returns {object|undefined} the action that follows
 */
export function showNumberGiven(env, {params}) {
    const {message, tickets, visits, next} = params;
    const {action, notification, orm} = env.services;
    const buttons = [];
    let close = null;
    if (tickets.length === 1) {
        buttons.push({
            name: _t("Slip"),
            onClick: async () =>
                action.doAction(
                    await orm.call("clinic.queue.ticket", "action_print_slip", [
                        tickets,
                    ])
                ),
        });
    }
    if (visits.length) {
        buttons.push({
            name: _t("Undo"),
            onClick: async () => {
                close();
                await orm.call("clinic.appointment", "reopen", [visits]);
                notification.add(_t("The check-in was taken back."), {type: "info"});
                await action.doAction("soft_reload");
            },
        });
    }
    close = notification.add(message, {
        ...{buttons, type: "success", sticky: true},
        className: "o_queue_number_given",
    });
    return next;
}

registry.category("actions").add("clinic_queue.number_given", showNumberGiven);
