/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {serializeDateTime} from "@web/core/l10n/dates";
import {_t} from "@web/core/l10n/translation";
import {useSetupAction} from "@web/search/action_hook";
import {CogMenu} from "@web/search/cog_menu/cog_menu";
import {TimelineController} from "@web_timeline/views/timeline/timeline_controller.esm";
import {BookingDialog} from "@clinic_scheduling/booking_dialog/booking_dialog";
import {useBookingNotice} from "@clinic_scheduling/booking_notice/booking_notice";
import {useBooking} from "@clinic_scheduling/booking_refusal/use_booking";
import {useClinicLive} from "@clinic_scheduling/live/use_clinic_live";
import {useShareLink} from "@clinic_scheduling/share_link/use_share_link";
import {useShownDay} from "@clinic_scheduling/share_link/use_shown_day";

const {DateTime} = luxon;

const QUICK_FORM = "clinic_scheduling.clinic_appointment_view_form_quick";

/** What a reload would tear away from under the user's hands. */
const BUSY = ".o_clinic_popover, .o_clinic_dragging";

export class AppointmentTimelineController extends TimelineController {
    static template = "clinic_scheduling.AppointmentTimelineController";
    static components = {...TimelineController.components, CogMenu};

    setup() {
        this.book = useBooking();
        this.notice = useBookingNotice((date) => this.show(date));
        this.link = useShareLink(() => this.model.sharedState);
        super.setup();
        const date = useShownDay(() => this.model.date) || this.props.state?.date;
        this.model.restore({...this.props.state, date, ...this.link.state});
        useSetupAction({getLocalState: () => this.model.sharedState});
        this.isMoving = false;
        useClinicLive(
            (untilIdle) => this.refresh(untilIdle),
            () => this.isMoving || Boolean(document.querySelector(BUSY))
        );
    }

    /** @override */
    get rendererProps() {
        return {
            ...super.rendererProps,
            openRecord: (record) => this.openItem(record.id, true),
            refresh: () => this.refresh(),
        };
    }

    /** Load and show; a live refresh awaits `untilIdle` in between. */
    async refresh(untilIdle) {
        await this.model.load(this.model.searchParams, untilIdle);
        this.render();
    }

    /** Turn to another day. */
    show(date) {
        this.model.date = date;
        return this.refresh();
    }

    /** @override what the server refuses goes back to where it was */
    async internalMove() {
        const moves = this.moveQueue.splice(0);
        this.isMoving = true;
        try {
            for (const {id, data, item, callback} of moves) {
                const write = (extra) =>
                    this.model.orm.write(this.model.resModel, [id], {
                        ...data,
                        ...extra,
                    });
                await this.book(write, async (done) => {
                    callback(done ? item : null);
                    await this.refresh();
                    if (done) {
                        await this.notice.tellOf("moved", this.model, id);
                    }
                });
            }
        } finally {
            this.isMoving = false;
        }
    }

    /** @override with the service's duration in place of an end */
    _onAdd(item) {
        const [row] = this.model.last_group_bys;
        const start = DateTime.fromJSDate(item.start);
        this.openForm({
            default_start: serializeDateTime(start),
            [`default_${row}`]: item.group > 0 ? item.group : false,
        });
    }

    /** Book: the form in a dialog. */
    openForm(context) {
        this.dialogService.add(BookingDialog, {
            resModel: this.model.resModel,
            context: {...this.props.context, ...context, form_view_ref: QUICK_FORM},
            title: _t("New Appointment"),
            size: "lg",
            onRecordSaved: async ({resId}) => {
                await this.refresh();
                await this.notice.tellOf("booked", this.model, resId);
            },
        });
    }
}
