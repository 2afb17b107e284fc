/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {beforeEach, describe, expect, test} from "@odoo/hoot";
import {press, queryAllTexts} from "@odoo/hoot-dom";
import {advanceTime, animationFrame, mockDate} from "@odoo/hoot-mock";
import {
    contains,
    getService,
    makeServerError,
    mountWithCleanup,
} from "@web/../tests/web_test_helpers";
import {browser} from "@web/core/browser/browser";
import {user} from "@web/core/user";
import {WebClient} from "@web/webclient/webclient";
import {LOOK_AGAIN} from "@clinic_queue/desk/desk_state";
import {
    TODAY,
    defineQueueModels,
    makeDesk,
    makeState,
    makeTicket,
    mockBus,
    resetServer,
    server,
} from "./queue_test_helpers";

describe.current.tags("desktop");
defineQueueModels();

beforeEach(() => {
    browser.localStorage.clear();
    mockDate(TODAY, 0);
    resetServer();
});

async function openScreen() {
    const bus = mockBus();
    await mountWithCleanup(WebClient);
    await getService("action").doAction({
        type: "ir.actions.client",
        tag: "clinic_queue.desk_screen",
    });
    return bus;
}

test("the next one is shown with the reasons, and called", async () => {
    await openScreen();
    expect(".o_queue_next .o_queue_number").toHaveText("A-001");
    expect(".o_queue_next .o_queue_why").toHaveText(/Before A-009/);
    server.answer = () => {
        const current = makeTicket(1, {state: "called", called_at: TODAY, calls: 1});
        server.state = makeState({current: [current], waiting: [makeTicket(2)]});
        return "A-001 is called to Room 1.";
    };
    await contains(".o_queue_call_next").click();
    expect(server.calls).toEqual([["screen_call_next", [1], 1]]);
    expect(".o_queue_current .o_queue_number").toHaveText("A-001");
    expect(".o_queue_said").toHaveText("A-001 is called to Room 1.");
});

test("an alarm is the next one, before the queue", async () => {
    const alarm = makeTicket(9, {is_alarm: true, level: "Immediate", level_code: 1});
    server.state = makeState({alarms: [alarm], next_id: 9});
    await openScreen();
    expect(".o_queue_next .o_queue_number").toHaveText("A-009");
    expect(".o_queue_next_alarm").toHaveCount(1);
    await contains(".o_queue_call_next").click();
    expect(server.calls).toEqual([["screen_call_next", [1], 9]]);
});

test("a warning sign stays with who goes, also when nothing comes of it", async () => {
    const sign = makeTicket(2, {
        ...{level: "Warning sign at the kiosk", signs: "Chest pain", since: TODAY},
        ...{is_unheeded: false, alarm_taken_by: "Nora", alarm_taken_at: TODAY},
    });
    server.state = makeState({signs: [sign]});
    const bus = await openScreen();
    expect(".o_queue_alarm_card .o_queue_signs").toHaveText("Chest pain");
    expect(".o_queue_alarm_card .o_queue_going").toHaveText(/Nora is on the way/);
    server.state = makeState({signs: [{...sign, is_unheeded: true}]});
    bus.poke();
    await advanceTime(LOOK_AGAIN);
    await animationFrame();
    expect(".o_queue_alarm_card .o_queue_going").toHaveText(/Nora went at .* not seen/);
});

test("whoever is there is parked for who cannot wait, and the button says so", async () => {
    const alarm = makeTicket(9, {is_alarm: true, level: "Immediate", level_code: 1});
    const current = makeTicket(8, {state: "in_consultation", started_at: TODAY});
    server.state = makeState({alarms: [alarm], current: [current]});
    await openScreen();
    expect(".o_queue_call_alarm").toHaveText("Park A-008 and take A-009");
    await contains(".o_queue_call_alarm").click();
    expect(server.calls).toEqual([["screen_call_alarm", [1], 9, 8]]);
    server.state = makeState({alarms: [alarm]});
    await advanceTime(LOOK_AGAIN);
    await animationFrame();
    expect(".o_queue_call_alarm").toHaveText("Take A-009 to Room 1");
    await contains(".o_queue_call_alarm").click();
    expect(server.calls.at(-1)).toEqual(["screen_call_alarm", [1], 9, false]);
});

test("the last step is named on the button that takes it back", async () => {
    const undo = {event_id: 3, ticket_id: 4, label: "Undo level of A-004"};
    server.state = makeState({undo});
    await openScreen();
    expect(".o_queue_foot .o_queue_undo").toHaveText("Undo level of A-004");
    await contains(".o_queue_undo").click();
    expect(server.calls).toEqual([["screen_undo", [4], 3]]);
});

test("a word tells where the order contradicts the times, sums stand below", async () => {
    const waiting = [makeTicket(1, {hint: "Nearer to its limit"}), makeTicket(2)];
    server.state = makeState({waiting});
    await openScreen();
    expect(queryAllTexts(".o_queue_hint")).toEqual(["Nearer to its limit"]);
    await contains(".o_queue_row:first .o_queue_show_why").click();
    expect(".o_queue_row .o_queue_why li").toHaveText(/Before A-009/);
    expect(".o_queue_row .o_queue_sums").toHaveText(/Waited 10 min of 1 h/);
});

test("a transfer names a desk of the chosen queue", async () => {
    const state = makeState();
    server.state = {...state, waiting: [makeTicket(1, {only_desk: "Room 9"})]};
    server.targets = {
        queues: [
            {id: 1, name: "Walk-ins"},
            {id: 2, name: "Blood tests"},
        ],
        desks: [
            {id: 5, name: "Room 5", queues: [1]},
            {id: 6, name: "Room 6", queues: [2]},
        ],
        doctors: [],
    };
    await openScreen();
    expect(".o_queue_cell_who").toHaveText("Patient 1\nWalk-in, only at Room 9");
    await contains(".o_queue_more").click();
    await contains(".o_queue_step_transfer").click();
    expect("#o_queue_step_queue").toBeFocused();
    const offered = () => queryAllTexts("#o_queue_step_desk option");
    expect(offered()).toEqual(["Whichever desk is free first", "Room 5"]);
    await contains("#o_queue_step_desk").select("5");
    await contains("#o_queue_step_queue").select("2");
    expect(offered()).toEqual(["Whichever desk is free first", "Room 6"]);
    await contains(".modal .o_queue_confirm").click();
    // The desk of the other queue is not taken along
    expect(server.calls).toEqual([["screen_transfer", [1], 2, false, "", false]]);
});

test("a transfer to where somebody waits already is not offered", async () => {
    const ticket = makeTicket(1, {only_desk: "Room 5", only_desk_id: 5, doctor_id: 8});
    server.state = makeState({waiting: [ticket]});
    server.targets = {
        queues: [{id: 1, name: "Walk-ins"}],
        desks: [{id: 5, name: "Room 5", queues: [1]}],
        doctors: [{id: 8, name: "Dr. Sand"}],
    };
    await openScreen();
    await contains(".o_queue_more").click();
    await contains(".o_queue_step_transfer").click();
    expect("#o_queue_step_desk").toHaveValue("5");
    expect("#o_queue_step_doctor").toHaveValue("8");
    expect(".modal .o_queue_confirm").not.toBeEnabled();
    await contains(".modal #o_queue_step_reason").edit("by mistake");
    expect(server.calls).toEqual([]);
    await contains("#o_queue_step_doctor").select("");
    await contains(".modal .o_queue_confirm:enabled").click();
    expect(server.calls).toEqual([["screen_transfer", [1], 1, false, "by mistake", 5]]);
});

test("whom no open desk calls is told with what keeps them", async () => {
    const unserved = [1, 2, 3, 4, 5].map((id) => ({
        ...{id, name: `A-00${id}`},
        why: id === 1 ? "Dr. Sand is at no desk." : "No desk of Blood tests is open.",
    }));
    server.state = makeState({unserved});
    server.targets = {queues: [], desks: [], doctors: []};
    await openScreen();
    expect(".o_queue_unserved h3").toHaveText(/No open desk calls them \(5\)/);
    expect(queryAllTexts(".o_queue_unserved li")).toEqual([
        "A-001\nDr. Sand is at no desk.\nTransfer A-001",
        "A-002, A-003, A-004, A-005\nNo desk of Blood tests is open.",
    ]);
    await contains(".o_queue_unserved button").click();
    expect(".modal-title").toHaveText("Transfer A-001");
});

test("who was never triaged is told apart from who is looked at again", async () => {
    const due = [
        makeTicket(1, {due_at: "2030-06-04 07:46:00", level: "", level_id: false}),
        makeTicket(2, {due_at: "2030-06-04 07:40:00", reason: "Dizzy"}),
    ];
    server.state = makeState({due});
    await openScreen();
    const texts = queryAllTexts(".o_queue_due li");
    expect(texts[0]).toMatch(/Patient 1[^]*to be triaged, 14 min overdue/);
    expect(texts[1]).toMatch(/Patient 2[^]*Dizzy[^]*looked at again, 20 min overdue/);
    // The longer, the louder; also without another answer of the server
    expect(".o_queue_due_time.text-bg-danger").toHaveCount(1);
    server.state = {...server.state, seconds: server.state.seconds + 60};
    await advanceTime(LOOK_AGAIN + 11000);
    expect(".o_queue_due_time.text-bg-danger").toHaveCount(2);
});

test("many to look at fold, and never the most urgent one", async () => {
    const due = [1, 2, 3, 4, 5].map((id) => makeTicket(id, {due_at: TODAY}));
    Object.assign(due[4], {level: "Very urgent", level_code: 2});
    server.state = makeState({due});
    await openScreen();
    expect(".o_queue_due h3").toHaveText(/\(5\)/);
    const names = () => queryAllTexts(".o_queue_due_name");
    expect(names()).toEqual(["A-005", "A-001", "A-002"]);
    expect(".o_queue_due_more").toHaveText("Show 2 more");
    await contains(".o_queue_due_more").click();
    expect(".o_queue_due li").toHaveCount(5);
    expect(".o_queue_due_more").toHaveAttribute("aria-expanded", "true");
    await contains(".o_queue_due_more").click();
    expect(".o_queue_due li").toHaveCount(3);
    server.state = makeState({due: due.slice(2)});
    await advanceTime(LOOK_AGAIN);
    await animationFrame();
    expect(".o_queue_due_more").toHaveCount(0);
    expect(names()).toEqual(["A-005", "A-003", "A-004"]);
});

test("long waits are told in hours and minutes", async () => {
    server.state = makeState({waiting: [makeTicket(1, {low: 50, high: 92})]});
    await openScreen();
    expect(".o_queue_cell_wait").toHaveText(/in 50 min to 1 h 32 min/);
});

test("who is the first in line is called now", async () => {
    const waiting = [
        makeTicket(1, {low: 0, high: 0}),
        makeTicket(2, {low: 0, high: 10}),
        makeTicket(3, {low: 10, high: 10}),
        makeTicket(4, {low: null, high: null}),
    ];
    server.state = makeState({waiting});
    await openScreen();
    expect(queryAllTexts(".o_queue_band")).toEqual([
        ...["now", "within 10 min", "in about 10 min"],
        "No open desk serves this yet",
    ]);
});

test("an emergency is taken in where only appointments are", async () => {
    const [queue] = makeState().queues;
    server.state = makeState({queues: [{...queue, takes_walk_ins: false}]});
    await openScreen();
    expect(".o_queue_emergency").toHaveCount(1);
});

test("who may not triage raises the alarm without a level", async () => {
    const rights = {triage: false, join: true, configure: false};
    server.state = makeState({rights});
    await openScreen();
    await contains(".o_queue_emergency").click();
    expect(".o_queue_level_choice").toHaveCount(0);
    await contains(".o_queue_confirm").click();
    expect(server.calls).toEqual([["screen_emergency", [1], false, ""]]);
});

test("the reason is read before the call, in the list and when triaging", async () => {
    server.state = makeState({waiting: [makeTicket(1, {reason: "Chest pain"})]});
    await openScreen();
    expect(".o_queue_next .o_queue_reason").toHaveText("Chest pain");
    expect(".o_queue_row .o_queue_reason").toHaveText("Chest pain");
    await contains(".o_queue_more").click();
    await contains(".o_queue_step_triage").click();
    expect(".o_queue_step .o_queue_reason").toHaveText(/Chest pain/);
});

test("the keyboard calls the next", async () => {
    await openScreen();
    await press(["alt", "n"]);
    await animationFrame();
    expect(server.calls).toEqual([["screen_call_next", [1], 1]]);
});

test("a refusal is a sentence on the screen, and the screen is read again", async () => {
    await openScreen();
    server.answer = () => {
        server.state = makeState({waiting: [makeTicket(2)], next_id: 2});
        throw makeServerError({
            errorName: "odoo.addons.clinic_queue.exceptions.QueueError",
            message: "Somebody else just called A-001; the next is A-002.",
        });
    };
    await contains(".o_queue_call_next").click();
    expect(".o_notification.o_queue_error").toHaveText(/the next is A-002/);
    expect(".o_queue_next .o_queue_number").toHaveText("A-002");
});

test("after the last call absence is what is left", async () => {
    const called = {state: "called", called_at: TODAY, calls: 3};
    server.state = makeState({current: [makeTicket(1, called)]});
    await openScreen();
    expect(".o_queue_calls").toHaveText("Called 3 of 3 times");
    expect(".o_queue_recall").toHaveCount(0);
    expect(".o_queue_absent").toHaveClass("btn-danger");
    await contains(".o_queue_start").click();
    expect(server.calls).toEqual([["start_service", [1]]]);
});

test("levels are told by color and word, and set by who may", async () => {
    await openScreen();
    expect(queryAllTexts(".o_queue_row .o_queue_level")).toEqual([
        "4 · Standard",
        "4 · Standard",
    ]);
    await contains(".o_queue_row:first .o_queue_more").click();
    await contains(".o_queue_step_triage").click();
    await contains(".o_queue_level_choice:contains(Very urgent)").click();
    await contains(".modal .o_queue_confirm").click();
    expect(server.calls).toEqual([["screen_triage", [1], 12, ""]]);
});

test("who may not triage has no button for it", async () => {
    server.state = makeState({
        rights: {triage: false, join: true, configure: false},
    });
    await openScreen();
    await contains(".o_queue_row:first .o_queue_more").click();
    expect(".o_queue_step_triage").toHaveCount(0);
});

test("calling out of turn asks for a reason", async () => {
    await openScreen();
    await contains(".o_queue_row:last .o_queue_more").click();
    await contains(".o_queue_step_call").click();
    await contains(".modal .o_queue_confirm").click();
    expect(".modal [role=alert]").toHaveText("Say why, in a few words.");
    expect(server.calls).toEqual([]);
    await contains(".modal #o_queue_step_reason").edit("The interpreter leaves");
    expect(server.calls).toEqual([["screen_call", [1], 2, "The interpreter leaves"]]);
});

test("a ticket is dragged ahead, with a reason", async () => {
    await openScreen();
    await contains(".o_queue_row:last .o_queue_drag").dragAndDrop(
        ".o_queue_row:first .o_queue_drag"
    );
    await contains(".modal #o_queue_step_reason").edit("Faints", {
        confirm: false,
    });
    await contains(".modal .o_queue_confirm").click();
    expect(server.calls).toEqual([["screen_move_ahead", [2], 1, "Faints"]]);
});

test("nothing can be dragged where the policy keeps the order", async () => {
    const state = makeState();
    state.queues[0].allow_reorder = false;
    server.state = state;
    await openScreen();
    expect(".o_queue_drag").toHaveCount(0);
    await contains(".o_queue_row:last .o_queue_more").click();
    expect(".o_queue_step_ahead").toHaveCount(0);
});

test("news of the bus are shown within two seconds", async () => {
    const bus = await openScreen();
    server.state = makeState({waiting: [makeTicket(3)], next_id: 3});
    bus.poke();
    await advanceTime(2000);
    expect(".o_queue_next .o_queue_number").toHaveText("A-003");
});

test("without news it looks again as time goes on", async () => {
    await openScreen();
    server.state = makeState({waiting: [], next_id: false});
    await advanceTime(LOOK_AGAIN + 100);
    expect(".o_queue_empty").toHaveText(/Nobody is waiting/);
    expect(".o_queue_call_next").not.toBeEnabled();
});

test("waits go on between two answers of the server", async () => {
    await openScreen();
    expect(".o_queue_row:first .o_queue_cell_wait b").toHaveText("10 min");
    server.state = {...server.state, seconds: server.state.seconds + 3000};
    await advanceTime(LOOK_AGAIN + 11000);
    expect(".o_queue_row:first .o_queue_cell_wait b").toHaveText("1 h");
});

test("without a desk one is chosen, and remembered", async () => {
    const used = makeDesk(1, {user: "Somebody"});
    server.state = makeState({desk: false, desks: [used, makeDesk(2)]});
    await openScreen();
    expect(queryAllTexts(".o_queue_choose .fs-5")).toEqual(["Room 2", "Room 1"]);
    expect(".o_queue_choose:last").not.toBeEnabled();
    await contains(".o_queue_choose:first").click();
    expect(server.calls).toEqual([["screen_open", [2], false]]);
    expect(".o_queue_choose:first .text-bg-info").toHaveText("Last time");
});

test("desks are listed by site, the usual site first", async () => {
    const desks = [makeDesk(1), makeDesk(2, {site: "South"}), makeDesk(3)];
    server.state = makeState({desk: false, desks});
    browser.localStorage.setItem(`clinic_queue.desk.${user.userId}`, "2");
    await openScreen();
    expect(queryAllTexts(".o_queue_site")).toEqual(["South", "North"]);
    expect(queryAllTexts(".o_queue_choose .fs-5")).toEqual([
        "Room 2",
        "Room 1",
        "Room 3",
    ]);
});
