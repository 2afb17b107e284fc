/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {_t} from "@web/core/l10n/translation";
import {CalendarController} from "@web/views/calendar/calendar_controller";
import {CalendarFilterSection} from "@web/views/calendar/calendar_filter_section/calendar_filter_section";
import {CalendarSidePanel} from "@web/views/calendar/calendar_side_panel/calendar_side_panel";
import {BookingDialog} from "@clinic_scheduling/booking_dialog/booking_dialog";
import {useBookingNotice} from "@clinic_scheduling/booking_notice/booking_notice";
import {useBooking} from "@clinic_scheduling/booking_refusal/use_booking";
import {ColorSelect} from "@clinic_scheduling/colors/color_select";
import {useClinicLive} from "@clinic_scheduling/live/use_clinic_live";
import {useShareLink} from "@clinic_scheduling/share_link/use_share_link";
import {useShownDay} from "@clinic_scheduling/share_link/use_shown_day";

const {DateTime} = luxon;

/** What a reload would tear away from under the user's hands. */
const BUSY = ".o_clinic_popover, .fc-event-dragging, .fc-event-resizing";

export class AppointmentFilterSection extends CalendarFilterSection {
    /** @override in the order of the options: states as life goes */
    getSortedFilters() {
        return this.section.filters;
    }
}

export class AppointmentCalendarSidePanel extends CalendarSidePanel {
    static template = "clinic_scheduling.AppointmentCalendarSidePanel";
    static components = {
        ...CalendarSidePanel.components,
        ColorSelect,
        FilterSection: AppointmentFilterSection,
    };
}

export class AppointmentCalendarController extends CalendarController {
    static components = {
        ...CalendarController.components,
        CalendarSidePanel: AppointmentCalendarSidePanel,
        QuickCreate: BookingDialog,
        QuickCreateFormView: BookingDialog,
    };

    setup() {
        this.book = useBooking();
        this.notice = useBookingNotice((date) => this.model.load({date}));
        this.link = useShareLink(() => this.model.sharedState);
        this.shownDay = useShownDay(() => this.model.date);
        super.setup();
        useClinicLive(
            (untilIdle) => this.model.refresh(untilIdle),
            () => Boolean(document.querySelector(BUSY))
        );
    }

    /** @override */
    get modelParams() {
        const params = super.modelParams;
        const {date = this.shownDay, scale, filters} = this.link.state;
        const day = date && DateTime.fromISO(date);
        return {
            ...params,
            book: this.book,
            tellMoved: (id) => this.notice.tellOf("moved", this.model, id),
            date: day?.isValid ? day : params.date,
            shared: {scale, filters: filters || this.props.state?.filters},
        };
    }

    /** @override */
    get editRecordDefaultDisplayText() {
        return _t("New Appointment");
    }

    /** @override */
    createRecord(record) {
        return super.createRecord(this.model.toVisit(record));
    }

    /** @override a new one is booked, not saved */
    editRecord(record, context = {}) {
        if (record.id || !this.model.hasEditDialog) {
            return super.editRecord(record, context);
        }
        return new Promise((resolve) => {
            const props = {
                ...this.bookingProps,
                resModel: this.model.resModel,
                viewId: this.model.formViewId,
                context,
            };
            this.displayDialog(BookingDialog, props, {onClose: () => resolve()});
        });
    }

    get bookingProps() {
        return {
            title: this.editRecordDefaultDisplayText,
            onRecordSaved: async ({resId}) => {
                await this.model.load();
                await this.notice.tellOf("booked", this.model, resId);
            },
        };
    }

    /** @override an appointment has no subject to be typed: always the form */
    getQuickCreateProps(record) {
        return this.getQuickCreateFormViewProps(record);
    }

    /** @override */
    getQuickCreateFormViewProps(record) {
        return {
            ...super.getQuickCreateFormViewProps(record),
            viewId: this.model.quickCreateFormViewId || this.model.formViewId,
            ...this.bookingProps,
            size: "lg",
        };
    }
}
