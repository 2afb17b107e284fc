/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {Component} from "@odoo/owl";
import {deserializeDateTime} from "@web/core/l10n/dates";
import {is24HourFormat} from "@web/core/l10n/time";
import {_t} from "@web/core/l10n/translation";

const {DateTime} = luxon;

/** What views of appointments fetch for cards and labels. */
export const CARD_FIELDS = [
    "name",
    "start",
    "stop",
    "state",
    "doctor_id",
    "partner_id",
    "patient_phone",
    "service_id",
    "site_id",
    "room_id",
    "kind",
    "urgency",
    "is_overbooked",
    "is_outside",
    "is_patient_overlap",
    "attention",
    "note",
    "delay_minutes",
    "expected_time",
];

/** Marks that must not be overlooked, with their icons. */
export const MARKS = {
    attention: {
        icon: "fa-exclamation-triangle text-danger",
        label: _t("Needs a decision"),
    },
    is_overbooked: {icon: "fa-users text-warning", label: _t("Overbooked")},
    is_outside: {icon: "fa-moon-o text-warning", label: _t("Outside availability")},
    is_patient_overlap: {
        icon: "fa-clone text-warning",
        label: _t("Overlaps for the patient"),
    },
};

/** Return the marks that an appointment bears. */
export function getMarks(rawRecord) {
    return Object.entries(MARKS)
        .filter(([field]) => rawRecord[field])
        .map(([field, mark]) => ({field, ...mark}));
}

/** Return the words of an appointment for labels: who, for what. */
export function getLabels(rawRecord) {
    const {doctor_id: doctor, partner_id: patient, service_id: service} = rawRecord;
    return {
        patient: patient ? patient[1] : _t("On hold"),
        service: service ? service[1] : "",
        doctor: doctor ? doctor[1] : "",
    };
}

/** The details of one appointment, as the server sent them. */
export class AppointmentCard extends Component {
    static template = "clinic_scheduling.AppointmentCard";
    static props = {record: Object, fields: Object};

    get when() {
        const {start, stop} = this.props.record;
        const [from, to] = [deserializeDateTime(start), deserializeDateTime(stop)];
        const format = is24HourFormat() ? "HH:mm" : "h:mm a";
        const day = from.toLocaleString(DateTime.DATE_MED_WITH_WEEKDAY);
        return `${day}, ${from.toFormat(format)} – ${to.toFormat(format)}`;
    }

    get minutes() {
        const {start, stop} = this.props.record;
        const [from, to] = [deserializeDateTime(start), deserializeDateTime(stop)];
        return _t("%s min", to.diff(from, "minutes").minutes);
    }

    /** When it is expected to begin while the doctor is late; "" when nobody is. */
    get expected() {
        const {delay_minutes: minutes, expected_time: time} = this.props.record;
        return minutes
            ? _t("Expected at %(time)s, %(minutes)s min late", {time, minutes})
            : "";
    }

    get rows() {
        const {service_id, doctor_id, site_id, room_id} = this.props.record;
        return [
            {name: "service_id", icon: "fa-stethoscope", value: service_id},
            {name: "doctor_id", icon: "fa-user-md", value: doctor_id},
            {name: "site_id", icon: "fa-map-marker", value: site_id},
            {name: "room_id", icon: "fa-square-o", value: room_id},
        ].filter((row) => row.value);
    }

    get badges() {
        return ["state", "kind", "urgency"]
            .filter((name) => !["regular", "routine"].includes(this.props.record[name]))
            .map((name) => ({name, label: this.getSelectionLabel(name)}))
            .filter((badge) => badge.label);
    }

    getSelectionLabel(name) {
        const options = this.props.fields[name]?.selection || [];
        return options.find(([value]) => value === this.props.record[name])?.[1];
    }

    get marks() {
        return getMarks(this.props.record);
    }
}
