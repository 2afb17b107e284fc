/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {Component, useEffect, useRef, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {session} from "@web/session";
import {formatAlarm, formatTime, formatUnheeded} from "../desk/desk_words";
import {getAlarmKey} from "./alert_service";

/** On the page's root: how much of its top the alarms take. */
const HEIGHT = "--o-queue-alarms";

/** So many alarms are shown at first, on a phone and elsewhere. */
const FEW = 1;
const MANY = 3;

/** Whoever must be seen at once is shown over every screen until somebody goes. */
export class AlarmBanner extends Component {
    static template = "clinic_queue.AlarmBanner";
    static props = {};

    setup() {
        this.alerts = useState(useService("clinic_queue_alerts"));
        this.sound = useState(useService("clinic_queue_sound"));
        this.state = useState({isWhole: false});
        this.ui = useState(useService("ui"));
        this.formatAlarm = formatAlarm;
        this.bar = useRef("bar");
        useEffect(
            (rings) => (rings ? this.sound.start() : undefined),
            () => [this.sound.isOn && this.banners.map(getAlarmKey).join()]
        );
        useEffect(
            (bar) => this.makeRoom(bar),
            () => [this.bar.el]
        );
    }

    /** Alarms that the user has not left to others. */
    get banners() {
        const {alarms, seen} = this.alerts;
        return alarms.filter((alarm) => !seen.includes(getAlarmKey(alarm)));
    }

    /** The first ones: the rest is a tap away, so that a phone keeps its screen. */
    get shown() {
        const most = this.ui.isSmall ? FEW : MANY;
        const isShort = this.banners.length <= most || this.state.isWhole;
        return isShort ? this.banners : this.banners.slice(0, most);
    }

    get hidden() {
        return this.banners.slice(this.shown.length);
    }

    /** Where and since when; who went in vain stands beside it. */
    getPlace({queue, site, since}) {
        return [queue, site, formatTime(since)].join(", ");
    }

    getTaken(alarm) {
        return formatUnheeded(alarm.taken_by, alarm.taken_at);
    }

    get more() {
        const names = this.hidden.map((alarm) => alarm.name).join(", ");
        return _t("%(count)s more to be seen at once: %(names)s", {
            count: this.hidden.length,
            names,
        });
    }

    /** Screens and dialogs begin below the alarms: no button is covered. */
    makeRoom(bar) {
        const {style} = document.documentElement;
        const observer = new ResizeObserver(() =>
            style.setProperty(HEIGHT, `${bar.offsetHeight}px`)
        );
        observer.observe(bar);
        return () => {
            observer.disconnect();
            style.removeProperty(HEIGHT);
        };
    }
}

if (session.is_clinic_queue_staff) {
    registry
        .category("main_components")
        .add("clinic_queue.AlarmBanner", {Component: AlarmBanner});
}
