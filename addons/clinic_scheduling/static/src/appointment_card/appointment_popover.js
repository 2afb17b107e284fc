/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {Component} from "@odoo/owl";
import {ConfirmationDialog} from "@web/core/confirmation_dialog/confirmation_dialog";
import {Dialog} from "@web/core/dialog/dialog";
import {deserializeDateTime} from "@web/core/l10n/dates";
import {_t} from "@web/core/l10n/translation";
import {useAutofocus, useService} from "@web/core/utils/hooks";
import {
    AppointmentCard,
    getLabels,
} from "@clinic_scheduling/appointment_card/appointment_card";
import {useBookingNotice} from "@clinic_scheduling/booking_notice/booking_notice";
import {CancelDialog} from "@clinic_scheduling/appointment_card/cancel_dialog";

const {DateTime} = luxon;

const CONFIRM = {method: "confirm", label: _t("Confirm")};
const ARRIVE = {method: "arrive", label: _t("Arrived")};
const BEGIN = {method: "begin", label: _t("Start")};
const COMPLETE = {method: "complete", label: _t("Complete")};

/** What reception does next, by state. */
const STEPS = {
    scheduled: [CONFIRM, ARRIVE],
    confirmed: [ARRIVE],
    arrived: [BEGIN],
    in_progress: [COMPLETE],
};

/** Who can still be missed, and for whom it matters that the doctor is late. */
const EXPECTED = new Set(["scheduled", "confirmed", "arrived"]);

const CANCELLABLE = new Set(["hold", "scheduled", "confirmed", "arrived"]);
const GIVEN_BACK = new Set(["cancelled", "no_show"]);

/**
 * Details card with buttons: a popover on wide screens, a dialog on phones.
 *
 * `model` says what it shows (`fields`), whether the user may change it
 * (`canEdit`), and reloads the view (`load`).
 */
export class AppointmentPopover extends Component {
    static template = "clinic_scheduling.AppointmentPopover";
    static components = {AppointmentCard, Dialog};
    static props = {
        close: Function,
        record: Object,
        model: Object,
        editRecord: Function,
        createRecord: {type: Function, optional: true},
        deleteRecord: {type: Function, optional: true},
    };

    setup() {
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.notice = useBookingNotice();
        useAutofocus();
    }

    get rawRecord() {
        return this.props.record.rawRecord;
    }

    get title() {
        return getLabels(this.rawRecord).patient;
    }

    get steps() {
        const steps = STEPS[this.rawRecord.state] || [];
        // Nobody arrives on a day before: that would be the wrong visit
        const isLater = this.start.startOf("day") > DateTime.local();
        return steps.filter((step) => !isLater || step !== ARRIVE);
    }

    get canCancel() {
        return CANCELLABLE.has(this.rawRecord.state);
    }

    get start() {
        return deserializeDateTime(this.rawRecord.start);
    }

    /** Whether the patient should be here, and is missed. */
    get canBeAbsent() {
        return EXPECTED.has(this.rawRecord.state) && this.start <= DateTime.local();
    }

    /** Whether the doctor may be late for this visit: it is today. */
    get canRunLate() {
        const isToday = this.start.hasSame(DateTime.local(), "day");
        return isToday && EXPECTED.has(this.rawRecord.state);
    }

    get lateLabel() {
        return this.rawRecord.delay_minutes ? _t("+10 min") : _t("Running Late");
    }

    /** Whether the time is free again, and may be offered to who waits. */
    get canFillGap() {
        return GIVEN_BACK.has(this.rawRecord.state) && this.start > DateTime.local();
    }

    async fillGap() {
        const {close, model, record} = this.props;
        close();
        const {action} = this;
        const args = [[record.id]];
        await action.doAction(
            await model.orm.call(model.resModel, "action_fill_gap", args)
        );
    }

    open() {
        this.props.close();
        this.props.editRecord(this.props.record);
    }

    async take(method, ...args) {
        const {close, model, record} = this.props;
        close();
        try {
            // The model's: calls of this component die with it
            await model.orm.call(model.resModel, method, [[record.id], ...args]);
        } finally {
            await model.load();
        }
    }

    /** Do what comes next, and say that it is done. */
    async takeStep({method}) {
        await this.take(method);
        this.notice.tell(method, this.rawRecord);
    }

    /** Let the doctor's session be ten minutes later than known so far. */
    runLate() {
        return this.takeStep({method: "action_later"});
    }

    markAbsent() {
        this.props.close();
        this.dialog.add(ConfirmationDialog, {
            title: _t("No-show"),
            body: _t("%s did not come? The time is given back.", this.title),
            confirmLabel: _t("No-show"),
            confirm: () => this.takeStep({method: "mark_no_show"}),
            cancel: () => null,
        });
    }

    cancel() {
        this.props.close();
        this.dialog.add(CancelDialog, {
            who: this.title,
            cancel: async (reason) => {
                await this.take("cancel", reason);
                this.notice.tell("cancelled", this.rawRecord);
            },
        });
    }
}
