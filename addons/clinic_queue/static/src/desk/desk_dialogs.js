/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {_t} from "@web/core/l10n/translation";
import {useService} from "@web/core/utils/hooks";
import {StepDialog} from "./step_dialog";

function reasonField(label, values = {}) {
    return {
        ...{name: "reason", type: "text", label, required: true, focus: true},
        hint: _t("A few words for the history, no medical details"),
        missing: _t("Say why, in a few words."),
        ...values,
    };
}

function selectField(name, label, options, values = {}) {
    return {...{name, label, options, type: "select"}, ...values};
}

/** Return the dialogs that ask for what the steps of tickets need. */
export function useDeskDialogs(state) {
    const dialog = useService("dialog");
    const orm = useService("orm");
    const ask = (props) => dialog.add(StepDialog, props);
    const levels = (queue, value) => ({
        ...{name: "level", type: "levels", label: _t("How urgent"), required: true},
        ...{options: queue.levels, value, missing: _t("Choose a level.")},
    });

    return {
        triage(ticket) {
            ask({
                title: _t("How urgent is %s?", ticket.name),
                text: ticket.level
                    ? _t("The clock goes on; the change is kept in the history.")
                    : "",
                // Empty for who may not read it
                reason: ticket.reason,
                button: _t("Set the level"),
                fields: [
                    levels(state.getQueue(ticket), ticket.level_id),
                    reasonField(_t("Why (if you like)"), {
                        required: false,
                        focus: false,
                    }),
                ],
                confirm: ({level, reason}) =>
                    state.actOnTicket(ticket, "screen_triage", [level, reason]),
            });
        },

        callHere(ticket) {
            ask({
                title: _t("Call %s out of turn?", ticket.name),
                text: _t("Others may have waited longer: the reason is kept."),
                button: _t("Call"),
                fields: [reasonField(_t("Why"))],
                confirm: ({reason}) =>
                    state.actOnDesk("screen_call", [ticket.id, reason]),
            });
        },

        park(ticket) {
            ask({
                title: _t("Park %s?", ticket.name),
                text: _t("They keep their place and come back into the line later."),
                button: _t("Park"),
                fields: [reasonField(_t("Until when, or for what"), {required: false})],
                confirm: ({reason}) =>
                    state.actOnTicket(
                        ticket,
                        "park",
                        [reason],
                        _t("%s is parked.", ticket.name)
                    ),
            });
        },

        leave(ticket) {
            ask({
                title: _t("Does %s leave without being seen?", ticket.name),
                button: _t("Leaves the queue"),
                fields: [reasonField(_t("Why (if known)"), {required: false})],
                confirm: ({reason}) =>
                    state.actOnTicket(
                        ticket,
                        "leave_queue",
                        [reason],
                        _t("%s has left.", ticket.name)
                    ),
            });
        },

        credit(ticket) {
            ask({
                title: _t("Serve %s somewhat earlier?", ticket.name),
                text: _t("Credits are bounded: they never pass a more urgent level."),
                button: _t("Give the credit"),
                fields: [
                    selectField(
                        "credit",
                        _t("Credit"),
                        state.getQueue(ticket).credits,
                        {
                            required: true,
                            missing: _t("Choose a credit."),
                        }
                    ),
                    reasonField(_t("Why"), {focus: false}),
                ],
                confirm: ({credit, reason}) =>
                    state.actOnTicket(ticket, "screen_credit", [credit, reason]),
            });
        },

        moveAhead(ticket, other) {
            const others = state.data.waiting.filter(
                (item) => item.queue_id === ticket.queue_id && item.id !== ticket.id
            );
            ask({
                title: _t("Move %s ahead?", ticket.name),
                text: _t("Given as a credit, within the limit of the policy."),
                button: _t("Move ahead"),
                fields: [
                    selectField("other", _t("Before"), others, {
                        required: true,
                        value: other ? other.id : "",
                        missing: _t("Choose before whom."),
                    }),
                    reasonField(_t("Why")),
                ],
                confirm: (answers) =>
                    state.actOnTicket(ticket, "screen_move_ahead", [
                        answers.other,
                        answers.reason,
                    ]),
            });
        },

        async transfer(ticket) {
            const targets = await orm.call(
                "clinic.queue.ticket",
                "get_transfer_targets",
                [[ticket.id]]
            );
            ask({
                title: _t("Transfer %s", ticket.name),
                text: _t(
                    "Choose another queue, desk or doctor. The time waited counts there too."
                ),
                button: _t("Transfer"),
                fields: [
                    selectField("queue", _t("Queue"), targets.queues, {
                        required: true,
                        focus: true,
                        value: ticket.queue_id,
                        missing: _t("Choose a queue."),
                    }),
                    selectField(
                        "desk",
                        _t("Only at desk"),
                        (values) =>
                            targets.desks.filter((desk) =>
                                desk.queues.includes(Number(values.queue))
                            ),
                        {
                            empty: _t("Whichever desk is free first"),
                            value: ticket.only_desk_id,
                        }
                    ),
                    selectField("doctor", _t("Only with doctor"), targets.doctors, {
                        empty: _t("Whoever is free first"),
                        value: ticket.doctor_id,
                    }),
                    reasonField(_t("Why (if you like)"), {
                        required: false,
                        focus: false,
                    }),
                ],
                isChange: ({queue, desk, doctor}) =>
                    queue !== ticket.queue_id ||
                    desk !== ticket.only_desk_id ||
                    doctor !== ticket.doctor_id,
                confirm: ({queue, desk, doctor, reason}) =>
                    state.actOnTicket(ticket, "screen_transfer", [
                        queue,
                        doctor,
                        reason,
                        desk,
                    ]),
            });
        },

        emergency(queue) {
            const mayTriage = state.data.rights.triage;
            const level = levels(
                {levels: queue.levels.slice(0, 2)},
                queue.levels[0].id
            );
            ask({
                title: _t("Emergency in %s", queue.name),
                text: mayTriage
                    ? _t("Gives a number and the level at once. No name is needed.")
                    : _t(
                          "Calls all staff; one of them sets the level. No name needed."
                      ),
                button: mayTriage ? _t("Let them go first") : _t("Raise the alarm"),
                fields: [
                    ...(mayTriage ? [level] : []),
                    reasonField(_t("What they need (if known)"), {
                        required: false,
                        hint: _t("Stretcher, interpreter, ..."),
                    }),
                ],
                confirm: (answers) =>
                    state.actOnQueue(queue.id, "screen_emergency", [
                        answers.level || false,
                        answers.reason,
                    ]),
            });
        },
    };
}
