# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the door does to a visit, told to its patient.

Booked, moved and cancelled are told from here, for whoever comes through the door. A
hold is nobody's visit yet: it, its moves and its end are not told.
"""

import uuid

from odoo import fields, models
from odoo.tools import SQL

from odoo.addons.clinic_engine import reminders

#: A visit that changes one of these has moved, for its patient.
MOVE_FIELDS = ("start", "doctor_id", "site_id")

AHEAD_STATES = ("scheduled", "confirmed", "arrived")

#: The patient is there, or a list of visits is read in: no confirmation.
UNCONFIRMED_KINDS = ("walk_in", "kiosk", "emergency")
UNCONFIRMED_SOURCES = ("import", "kiosk")


class ClinicAppointment(models.Model):
    """Hooks in the door."""

    _inherit = "clinic.appointment"

    # whoever has it acts as the patient: staff must not read or look for it
    access_token = fields.Char(groups=fields.NO_ACCESS)

    def _prepare_create_values(self, vals_list):
        """Override: a secret from the start.

        Messages link to the visit, and who sends them does not write it. It is no
        default: who books may not write it either.
        """
        result = super()._prepare_create_values(vals_list)
        for vals in result:
            vals["access_token"] = vals.get("access_token") or str(uuid.uuid4())
        return result

    def _save(self, *args, **kwargs):
        """Override: who books at once is told at once."""
        appointment = super()._save(*args, **kwargs)
        if not self:
            # what is new has no messages to look for
            appointment.with_context(clinic_new_visits=True)._tell_booked()
        return appointment

    def _write_by_door(self, vals):
        """Override: tell what became of visits that are no holds."""
        if not {"state", *MOVE_FIELDS} & vals.keys():
            return super()._write_by_door(vals)
        before = {visit.id: visit._get_told_face() for visit in self}
        result = super()._write_by_door(vals)
        for visit in self:
            visit._tell_change(before[visit.id])
        return result

    def _get_told_face(self):
        return self.state, tuple(self[name] for name in MOVE_FIELDS)

    def _tell_change(self, before):
        """Plan and drop messages after the change of one visit."""
        state, place = before
        now_state, now_place = self._get_told_face()
        if state == "hold":
            if now_state in AHEAD_STATES:
                self._tell_booked()
            return
        if now_state == "cancelled" and state != "cancelled":
            self._drop_messages(self.env._("The visit was cancelled."))
            self._emit("cancelled")
        elif now_state in ("completed", "no_show") and now_state != state:
            self._drop_messages(self.env._("The visit is over."))
            if now_state == "completed":
                self._emit("follow_up")
        elif now_state in AHEAD_STATES and place != now_place:
            self._tell_moved()

    def _tell_booked(self):
        """Confirm new visits, and plan their reminders."""
        visits = self.filtered(lambda item: item.state in AHEAD_STATES)
        confirmed = visits.filtered(lambda item: item._is_confirmed_by_message())
        vals_list = confirmed._prepare_event_vals("booked")
        visits._plan_reminders(vals_list)

    def _is_confirmed_by_message(self):
        """Whether the booking of this visit is confirmed to its patient."""
        is_known = self.kind in UNCONFIRMED_KINDS or self.source in UNCONFIRMED_SOURCES
        return not is_known and not self.env.context.get("import_file")

    def _tell_moved(self):
        """Tell that this visit moved, and move what was planned before it."""
        self._plan_reminders()
        if not self._take_along():
            self._emit("moved")

    def _take_along(self):
        """Return, locked, the messages that wait and will say the new time.

        They are written, too: a sender that looked at the visit before it moved must
        not get hold of them. What is being sent at this moment is out of reach: it
        says the old time.
        """
        waiting_sudo = self.env["clinic.reminder"].sudo()
        waiting_sudo = waiting_sudo.search(
            [
                ("appointment_id", "=", self.id),
                ("event", "in", ("booked", "moved")),
                ("state", "=", "pending"),
            ]
        ).try_lock_for_update()
        waiting_sudo.write({"attempt_count": 0})
        return waiting_sudo

    # ------------------------------------------------------------------
    # Reminders of what is ahead
    # ------------------------------------------------------------------

    def _plan_reminders(self, besides=()):
        """Plan the reminders of these visits, or move those that are pending.

        :param besides: values of other messages to write down in the same step
        """
        vals_list = list(besides)
        for visit_sudo in self.sudo().filtered("patient_id"):
            pending_sudo = visit_sudo._get_pending_reminders()
            number = visit_sudo.reschedule_count
            known = visit_sudo._get_known_messages("reminder")
            for planned in visit_sudo._plan_event("reminder"):
                rule = planned.rule
                row_sudo = pending_sudo.filtered(
                    lambda row, rule=rule: row.rule_id.id == rule.id
                )[:1]
                vals = visit_sudo._prepare_message_vals(planned, number)
                if row_sudo:
                    pending_sudo -= row_sudo
                    row_sudo._move_to(vals)
                elif (visit_sudo.id, rule.id, rule.channel, number) not in known:
                    vals_list.append(vals)
            pending_sudo._note_end(
                "cancelled", self.env._("No rule asks for it since the visit moved.")
            )
        return self.env["clinic.reminder"]._plan_rows(vals_list)

    def _get_pending_reminders(self):
        """Return the reminders of a visit that still can be changed, locked."""
        rows_sudo = self.env["clinic.reminder"].sudo()
        if self.env.context.get("clinic_new_visits"):
            return rows_sudo
        rows_sudo = rows_sudo.search(
            [
                ("appointment_id", "=", self.id),
                ("event", "=", "reminder"),
                ("state", "=", "pending"),
            ]
        )
        # what is being sent at this moment is out of reach
        return rows_sudo.try_lock_for_update()

    def _drop_messages(self, reason):
        """Cancel what these visits' patients were going to be told.

        What is being sent at this moment is out of reach, and not waited for: sending
        it looks at the visit itself.
        """
        rows = self.env["clinic.reminder"]
        rows.flush_model(["appointment_id", "state"])
        self.env.cr.execute(
            SQL(
                "UPDATE clinic_reminder SET state = 'cancelled', reason = %s,"
                " write_uid = %s, write_date = %s WHERE id IN ("
                " SELECT id FROM clinic_reminder WHERE appointment_id = ANY(%s)"
                " AND state = 'pending' AND event <> ALL(%s)"
                " FOR UPDATE SKIP LOCKED)",
                *(reason, self.env.uid, fields.Datetime.now()),
                *(self.ids, list(reminders.AFTERWARDS)),
            )
        )
        rows.invalidate_model(["state", "reason"])


class ClinicReminder(models.Model):
    """Moving a planned message."""

    _inherit = "clinic.reminder"

    def _move_to(self, vals):
        """Take over the times (or why it is skipped) of newly planned ``vals``."""
        names = ("planned_at", "due_at", "state", "reason")
        self.write({name: vals[name] for name in names} | {"attempt_count": 0})
        if self.state == "pending":
            self._wake_sender([self.due_at])
