/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {reactive} from "@odoo/owl";
import {browser} from "@web/core/browser/browser";
import {ConnectionLostError} from "@web/core/network/rpc";
import {registry} from "@web/core/registry";
import {session} from "@web/session";

/** On the client's own bus: the user has taken an alarm. */
export const ALARM_TAKEN = "CLINIC_QUEUE:ALARM_TAKEN";

/** In this tab: which alarms the user has left to others. */
const SEEN = "clinic_queue.seen_alarms";

/** One that rings again, since whoever went did nothing, or got a level, is new. */
export function getAlarmKey(alarm) {
    return [alarm.id, alarm.since, alarm.taken_at || "", alarm.level].join(" ");
}

function readSeen() {
    return JSON.parse(browser.sessionStorage.getItem(SEEN) || "[]");
}

/** What all screens of staff show: alarms, and whom to look at again. */
export const queueAlertService = {
    dependencies: ["orm"],

    start(env, {orm}) {
        const alerts = reactive({
            alarms: [],
            seen: readSeen(),
            due: [],
            said: "",
            mayTriage: false,
            isAtDesk: false, // The desk screen itself shows who is due
        });
        alerts.isStaff = Boolean(session.is_clinic_queue_staff);
        alerts.load = async () => {
            try {
                const found = await orm.silent.call(
                    "clinic.queue.ticket",
                    "get_staff_alerts",
                    []
                );
                alerts.alarms = found.alarms;
                alerts.due = found.due;
                alerts.mayTriage = found.may_triage;
            } catch (error) {
                if (!(error instanceof ConnectionLostError)) {
                    throw error;
                }
            }
        };
        /** Hide an alarm for this user alone; it goes on for everybody else. */
        alerts.leave = (alarm) => {
            const open = alerts.alarms.map(getAlarmKey);
            const seen = alerts.seen.filter((key) => open.includes(key));
            alerts.seen = [...seen, getAlarmKey(alarm)];
            browser.sessionStorage.setItem(SEEN, JSON.stringify(alerts.seen));
        };
        alerts.take = async (alarm) => {
            alerts.said = await orm.call("clinic.queue.ticket", "take_alarm", [
                [alarm.id],
            ]);
            env.bus.trigger(ALARM_TAKEN);
            await alerts.load();
        };
        return alerts;
    },
};

registry.category("services").add("clinic_queue_alerts", queueAlertService);
