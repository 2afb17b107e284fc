/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {
    defineModels,
    fields,
    makeServerError,
    mockService,
    models,
    onRpc,
} from "@web/../tests/web_test_helpers";

/** The day on which the tests take place: a Tuesday. */
export const TODAY = "2030-06-04 08:00:00";

class Doctor extends models.Model {
    _name = "clinic.doctor";
    name = fields.Char();
    color = fields.Integer();
    specialty_ids = fields.Many2many({relation: "clinic.specialty"});
    site_ids = fields.Many2many({relation: "clinic.site"});
    _records = [
        {id: 1, name: "Dr Ada Martin", color: 4},
        {id: 2, name: "Dr Ben Moreau", color: 5},
    ];
}

class Site extends models.Model {
    _name = "clinic.site";
    name = fields.Char();
    _records = [{id: 1, name: "North"}];
}

class Specialty extends models.Model {
    _name = "clinic.specialty";
    name = fields.Char();
}

class Service extends models.Model {
    _name = "clinic.service";
    name = fields.Char();
    color = fields.Integer();
    _records = [{id: 1, name: "Consultation", color: 2}];
}

class Schedule extends models.Model {
    _name = "clinic.schedule";
    get_open_hours(doctorIds) {
        const hours = {
            start: "2030-06-04 08:00:00",
            stop: "2030-06-04 12:00:00",
            site_id: 1,
            grid: "2030-06-04 08:00:00",
            step: 20,
        };
        return Object.fromEntries(doctorIds.map((id) => [id, [hours]]));
    }
}

class OverbookingAdvice extends models.Model {
    _name = "clinic.overbooking.advice";
    get_suggestions() {
        return {advice: [], may_decide: false};
    }
}

class WaitlistGap extends models.Model {
    _name = "clinic.waitlist.gap";
    time_slot = fields.Char();
    get_open_gaps() {
        return {gaps: [], may_fill: false};
    }
    _views = {form: `<form><field name="time_slot"/></form>`};
    _records = [{id: 5, time_slot: "Tuesday, 10:00–10:30"}];
}

function makeAppointment(id, start, stop, values) {
    return {
        ...{id, start, stop, name: `APT-${id}`, state: "scheduled"},
        ...{doctor_id: 1, service_id: 1, site_id: 1},
        ...values,
    };
}

class Appointment extends models.Model {
    _name = "clinic.appointment";
    name = fields.Char();
    doctor_id = fields.Many2one({relation: "clinic.doctor", required: true});
    partner_id = fields.Many2one({relation: "res.partner"});
    service_id = fields.Many2one({relation: "clinic.service"});
    site_id = fields.Many2one({relation: "clinic.site", required: true});
    start = fields.Datetime();
    stop = fields.Datetime();
    overbook = fields.Boolean();
    exception_reason = fields.Char();
    is_overbooked = fields.Boolean();
    delay_minutes = fields.Integer();
    expected_time = fields.Char();
    state = fields.Selection({
        selection: [
            ["scheduled", "Scheduled"],
            ["arrived", "Arrived"],
            ["cancelled", "Cancelled"],
        ],
    });
    _views = {
        form: `
            <form js_class="clinic_appointment_form">
                <field name="doctor_id"/><field name="service_id"/>
                <field name="site_id"/><field name="start"/>
                <field name="overbook"/>
            </form>`,
    };
    _records = [
        makeAppointment(1, "2030-06-04 09:00:00", "2030-06-04 09:30:00"),
        makeAppointment(2, "2030-06-04 10:00:00", "2030-06-04 10:30:00", {
            doctor_id: 2,
            is_overbooked: true,
        }),
        makeAppointment(3, "2030-06-04 11:00:00", "2030-06-04 11:30:00", {
            state: "cancelled",
        }),
    ];
}

export const CALENDAR = `
    <calendar js_class="clinic_appointment_calendar" date_start="start"
              date_stop="stop" mode="day" event_open_popup="1">
        <field name="doctor_id" filters="1"/>
        <field name="state" filters="1"/>
    </calendar>`;

export const TIMELINE = `
    <timeline js_class="clinic_appointment_timeline" date_start="start"
              date_stop="stop" default_group_by="doctor_id">
        <field name="doctor_id"/>
    </timeline>`;

export const ALTERNATIVE = {
    start: "2030-06-04 09:30:00",
    stop: "2030-06-04 10:00:00",
    doctor_id: 2,
    site_id: 1,
    label: "Tuesday 9:30 (Dr Ben Moreau)",
};

const LATER = {...ALTERNATIVE, start: "2030-06-04 10:30:00", label: "Tuesday 10:30"};

/** Return the error that the server answers a refused booking with. */
export function makeRefusal(rule = "taken", alternatives = [ALTERNATIVE, LATER]) {
    const kind = rule === "taken" ? "SlotTaken" : "OutsideAvailability";
    return makeServerError({
        errorName: `odoo.addons.clinic_scheduling.exceptions.${kind}`,
        message: "Dr Ada Martin is already booked. Nearest free times: 9:30.",
        context: {rule, alternatives, reason: "Dr Ada Martin is already booked."},
    });
}

/** A bus that tests speak for. */
export function mockBus() {
    const target = new EventTarget();
    const bus = {
        channels: new Set(),
        callbacks: new Set(),
        addChannel: (channel) => bus.channels.add(channel),
        deleteChannel: (channel) => bus.channels.delete(channel),
        subscribe: (type, callback) =>
            type.startsWith("clinic_scheduling.") && bus.callbacks.add(callback),
        unsubscribe: (type, callback) => bus.callbacks.delete(callback),
        poke: () => bus.callbacks.forEach((callback) => callback({site_id: 1})),
        addEventListener: target.addEventListener.bind(target),
        removeEventListener: target.removeEventListener.bind(target),
        trigger: (type) => target.dispatchEvent(new CustomEvent(type)),
        start: () => true,
        forceUpdateChannels: () => true,
    };
    mockService("bus_service", bus);
    return bus;
}

/** Let the user have the groups that are named. */
export function mockGroups(...groups) {
    onRpc("has_group", ({args}) => groups.some((name) => args[1].endsWith(name)));
}

export function defineClinicModels() {
    defineMailModels();
    defineModels([
        ...[Appointment, Doctor, OverbookingAdvice],
        ...[Schedule, Service, Site, Specialty, WaitlistGap],
    ]);
}
