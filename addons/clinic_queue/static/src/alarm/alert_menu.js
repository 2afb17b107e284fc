/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {Component, onMounted, onWillUnmount, useEffect, useState} from "@odoo/owl";
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
        this.formatTime = formatTime;
        this.told = new Map();
        useQueueLive(() => this.alerts.load());
        let timer = null;
        onMounted(() => {
            this.alerts.load();
            timer = browser.setInterval(() => this.alerts.load(), LOOK_AGAIN);
        });
        onWillUnmount(() => {
            browser.clearInterval(timer);
            this.told.forEach((close) => close());
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

    /** Who may triage is told once of whoever is due, until somebody has looked. */
    tell() {
        const {due: rows, isAtDesk, mayTriage} = this.alerts;
        const shown = mayTriage && !isAtDesk ? rows : [];
        const due = new Map(shown.map((row) => [`${row.id} ${row.since}`, row]));
        for (const [key, close] of this.told) {
            if (!due.has(key)) {
                this.told.delete(key);
                close();
            }
        }
        for (const [key, row] of due) {
            if (!this.told.has(key)) {
                this.told.set(key, this.notify(row));
            }
        }
    }

    notify({name, level, queue, since, is_first: isFirst}) {
        return this.notification.add(
            isFirst
                ? _t("Triage %(name)s: to be done since %(time)s (%(queue)s).", {
                      name,
                      queue,
                      time: formatTime(since),
                  })
                : _t("Look at %(name)s again (%(level)s, %(queue)s).", {
                      name,
                      level,
                      queue,
                  }),
            {
                type: "warning",
                sticky: true,
                buttons: [{name: _t("Show"), onClick: () => this.open()}],
            }
        );
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
