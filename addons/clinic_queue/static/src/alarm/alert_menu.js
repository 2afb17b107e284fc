/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {
    Component,
    markup,
    onMounted,
    onWillUnmount,
    useEffect,
    useState,
} from "@odoo/owl";
import {browser} from "@web/core/browser/browser";
import {Dropdown} from "@web/core/dropdown/dropdown";
import {DropdownItem} from "@web/core/dropdown/dropdown_item";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {session} from "@web/session";
import {useQueueLive} from "@clinic_queue/live/use_queue_live";
import {formatTime} from "../desk/desk_words";

/** What is due becomes so as time goes on: look again this often (ms). */
export const LOOK_AGAIN = 60000;

/** Counts alarms and whom to look at again, on every screen. */
export class AlertMenu extends Component {
    static template = "clinic_queue.AlertMenu";
    static components = {Dropdown, DropdownItem};
    static props = {};

    setup() {
        this.alerts = useState(useService("clinic_queue_alerts"));
        this.sound = useState(useService("clinic_queue_sound"));
        this.action = useService("action");
        this.notification = useService("notification");
        this.told = new Set();
        this.closeTold = () => null;
        useQueueLive(() => this.alerts.load());
        let timer = null;
        onMounted(() => {
            this.alerts.load();
            timer = browser.setInterval(() => this.alerts.load(), LOOK_AGAIN);
        });
        onWillUnmount(() => {
            browser.clearInterval(timer);
            this.closeTold();
        });
        useEffect(
            () => this.tell(),
            () => [this.alerts.due, this.alerts.isAtDesk]
        );
    }

    get count() {
        return this.alerts.alarms.length + this.alerts.due.length;
    }

    get label() {
        return _t("Queue: %(alarms)s alarms, %(due)s to look at", {
            alarms: this.alerts.alarms.length,
            due: this.alerts.due.length,
        });
    }

    getAlarm({name, queue}) {
        const values = {name: markup`<b>${name}</b>`, queue};
        return _t("%(name)s to be seen at once (%(queue)s)", values);
    }

    getDue(row) {
        const {level, queue} = row;
        const name = markup`<b>${row.name}</b>`;
        const values = {name, level, queue, time: formatTime(row.since)};
        return row.is_first
            ? _t("%(name)s to be triaged since %(time)s: %(queue)s", values)
            : _t(
                  "%(name)s to be looked at again since %(time)s: %(level)s, %(queue)s",
                  values
              );
    }

    /** Who may triage is told once of whoever is due, in one message. */
    tell() {
        const {due, isAtDesk, mayTriage} = this.alerts;
        const rows = mayTriage && !isAtDesk ? due : [];
        const keys = rows.map((row) => `${row.id} ${row.since}`);
        const isNew = keys.some((key) => !this.told.has(key));
        const isLess = this.told.size > keys.length;
        this.told = new Set(keys);
        if (isNew || (isLess && this.isTold)) {
            this.closeTold();
            this.notify(rows);
        } else if (!rows.length) {
            this.closeTold();
        }
    }

    notify(rows) {
        if (!rows.length) {
            return;
        }
        this.isTold = true;
        const close = this.notification.add(this.getReminder(rows), {
            type: "warning",
            sticky: true,
            onClose: () => (this.isTold = false),
            buttons: [{name: _t("Show"), onClick: () => this.open()}],
        });
        this.closeTold = close;
    }

    getReminder(rows) {
        const name = (row) => row.name;
        const [first, again] = [
            rows
                .filter((row) => row.is_first)
                .map(name)
                .join(", "),
            rows
                .filter((row) => !row.is_first)
                .map(name)
                .join(", "),
        ];
        if (first && again) {
            return _t("Triage %(first)s, and look at %(again)s again.", {first, again});
        }
        return first
            ? _t("Triage %(first)s: nobody has looked yet.", {first})
            : _t("Look at %(again)s again.", {again});
    }

    open() {
        return this.action.doAction("clinic_queue.clinic_queue_desk_screen_action");
    }
}

if (session.is_clinic_queue_staff) {
    registry
        .category("systray")
        .add("clinic_queue.AlertMenu", {Component: AlertMenu}, {sequence: 30});
}
