/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {registry} from "@web/core/registry";

const choose = (content, trigger, run = "click") => ({content, trigger, run});
const see = (content, trigger) => ({content, trigger});

registry.category("web_tour.tours").add("clinic_queue_desk", {
    steps: () => [
        choose("Take a desk", ".o_queue_choose:contains(Desk 1)"),
        see("The more urgent one is next", ".o_queue_next:contains(T-002)"),
        see("The place is explained", ".o_queue_next .o_queue_why:contains(Urgent)"),
        choose("Call the next", ".o_queue_call_next:enabled"),
        see("They are called", ".o_queue_current .o_queue_number:contains(T-002)"),
        choose("Call again", ".o_queue_recall"),
        see("The calls are counted", ".o_queue_calls:contains(2 of 3)"),
        choose("Start", ".o_queue_start:enabled"),
        choose("Finish", ".o_queue_finish:enabled"),
        see("The other one is next", ".o_queue_next:contains(T-001)"),
        choose("Take the finish back", ".o_queue_undo:contains(T-002)"),
        choose("Finish again", ".o_queue_current:contains(T-002) .o_queue_finish"),
        choose("Open the steps", ".o_queue_row:contains(T-001) .o_queue_more"),
        choose("Triage", ".o_queue_step_triage"),
        choose("Choose a level", ".modal .o_queue_level_choice:contains(Very urgent)"),
        choose("Set it", ".modal .o_queue_confirm"),
        see(
            "It is shown in words",
            ".o_queue_row:contains(T-001):contains(Very urgent)"
        ),
        choose("Call the next", ".o_queue_call_next:enabled"),
        choose("Park them", ".o_queue_current:contains(T-001) .o_queue_park"),
        choose("Say why", ".modal #o_queue_step_reason", "edit X-ray"),
        choose("Park", ".modal .o_queue_confirm"),
        choose("Back into the line", ".o_queue_away li:contains(T-001) .o_queue_back"),
        choose("Open the steps", ".o_queue_row:contains(T-001) .o_queue_more"),
        choose("Call out of turn", ".o_queue_step_call"),
        choose("Without a reason", ".modal .o_queue_confirm"),
        see("It asks for one", ".modal:contains(Say why)"),
        choose("Say why", ".modal #o_queue_step_reason", "edit results are here"),
        choose("Call", ".modal .o_queue_confirm"),
        choose("Nobody came", ".o_queue_current:contains(T-001) .o_queue_absent"),
        see("They are absent", ".o_queue_away li:contains(T-001):contains(Absent)"),
        see("Nobody waits", ".o_queue_nobody"),
        choose("Somebody falls", ".o_queue_emergency"),
        choose("Let them go first", ".modal .o_queue_confirm"),
        choose("Everybody sees the alarm", ".o_queue_alarms .o_queue_take_alarm"),
        see("It is taken", ".o_queue_alarm_card:contains(on the way)"),
        choose("Take them to the desk", ".o_queue_call_alarm"),
        choose("Start", ".o_queue_current:contains(T-003) .o_queue_start"),
        choose("Finish", ".o_queue_finish:enabled"),
        choose("Leave the desk", ".o_queue_leave"),
        see(
            "The desk is free again",
            ".o_queue_choose:contains(Desk 1):contains(Free)"
        ),
    ],
});
