/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {Component, onWillStart, useState} from "@odoo/owl";
import {serializeDateTime} from "@web/core/l10n/dates";
import {_t} from "@web/core/l10n/translation";
import {KeepLast} from "@web/core/utils/concurrency";
import {useBus, useService} from "@web/core/utils/hooks";
import {AppointmentCalendarSidePanel} from "@clinic_scheduling/appointment_calendar/appointment_calendar_controller";

const MODEL = "clinic.waitlist.gap";

/** Time that became free in the days that the calendar shows, to be offered again. */
export class OpenGaps extends Component {
    static template = "clinic_scheduling.OpenGaps";
    static props = {model: Object};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.notification = useService("notification");
        this.keepLast = new KeepLast();
        this.state = useState({gaps: [], mayFill: false, fillingId: null});
        onWillStart(() => this.load());
        useBus(this.props.model.bus, "update", () => this.load());
    }

    async load() {
        const {range, filters} = this.props.model;
        const bounds = [serializeDateTime(range.start), serializeDateTime(range.end)];
        const found = await this.keepLast.add(
            this.orm.call(MODEL, "get_open_gaps", bounds, {
                doctor_ids: filters.checked.doctor_id,
                site_ids: filters.checked.site_id,
                specialty_ids: filters.checked.specialty_id,
            })
        );
        this.state.gaps = found.gaps;
        this.state.mayFill = found.may_fill;
    }

    mayFill(gap) {
        return this.state.mayFill && gap.state !== "offered";
    }

    getPlace(gap) {
        return [gap.doctor_id, gap.site_id]
            .filter(Boolean)
            .map(([, name]) => name)
            .join(" · ");
    }

    getFillLabel({time_slot: time, doctor_id}) {
        return _t("Fill This Gap: %(time)s, %(doctor)s", {time, doctor: doctor_id[1]});
    }

    getOpenLabel({time_slot: time, doctor_id}) {
        return _t("Details: %(time)s, %(doctor)s", {time, doctor: doctor_id[1]});
    }

    getWaiting({waiting}) {
        return _t("%(count)s next in line", {count: waiting});
    }

    /** Offer the time at once; say to whom, or why nobody gets it. */
    async fill({id}) {
        if (this.state.fillingId) {
            return;
        }
        this.state.fillingId = id;
        try {
            const done = await this.orm.call(MODEL, "action_fill_now", [[id]]);
            const type = done.is_offered ? "success" : "warning";
            this.notification.add(done.message, {type});
        } finally {
            this.state.fillingId = null;
            await this.props.model.load();
        }
    }

    open({id}) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            name: _t("Gap"),
            res_model: MODEL,
            res_id: id,
            views: [[false, "form"]],
        });
    }
}

AppointmentCalendarSidePanel.components.OpenGaps = OpenGaps;
