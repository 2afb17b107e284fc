/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {describe, expect, test} from "@odoo/hoot";
import {advanceTime} from "@odoo/hoot-mock";
import {mockService, patchWithCleanup} from "@web/../tests/web_test_helpers";
import {startInteraction} from "@web/../tests/public/helpers";
import {browser} from "@web/core/browser/browser";
import {POLL, RETRY, TicketPage} from "@clinic_queue/ticket/ticket_page";

describe.current.tags("desktop");

const PAGE = `
    <div class="o_clinic_ticket" data-address="/state" data-channel="channel-1"
        data-state="waiting" data-call="0">
        <div class="o_clinic_ticket_offline d-none">No connection</div>
        <div class="o_clinic_ticket_status">Place 2</div>
        <details class="o_clinic_ticket_leave"><summary>Leave</summary></details>
        <button class="o_clinic_ticket_sound d-none">Ring</button>
        <p class="o_clinic_ticket_ringing d-none">Rings</p>
    </div>`;

function makeBody(values = {}) {
    return {html: "Place 2", state: "waiting", call: 0, is_next: false, ...values};
}

/** Start the page; `answer.body` is what the server says, `null`: nothing. */
async function startPage() {
    const pokes = new Set();
    mockService("bus_service", {
        addChannel: (name) =>
            name.startsWith("channel-") && expect.step(`listen ${name}`),
        deleteChannel: () => true,
        subscribe: (type, callback) =>
            type === "clinic_queue.changed" && pokes.add(callback),
        unsubscribe: (_type, callback) => pokes.delete(callback),
        addEventListener: () => true,
        removeEventListener: () => true,
        start: () => true,
    });
    await startInteraction(TicketPage, PAGE);
    const answer = {body: makeBody(), status: 200};
    patchWithCleanup(browser, {
        fetch: async () => ({
            ok: Boolean(answer.body),
            status: answer.status,
            json: async () => answer.body,
        }),
    });
    patchWithCleanup(browser.navigator, {
        userActivation: {hasBeenActive: true},
        vibrate: (pattern) => expect.step(`vibrate ${pattern.length}`),
    });
    patchWithCleanup(browser.location, {reload: () => expect.step("reload")});
    const poke = async () => {
        pokes.forEach((callback) => callback());
        await advanceTime(1000);
    };
    return {answer, poke};
}

test("it follows pokes, and keeps what the reader has opened", async () => {
    const {answer, poke} = await startPage();
    expect.verifySteps(["listen channel-1"]);
    document.querySelector("details").open = true;
    answer.body = makeBody({html: "Place 1", is_next: true});
    await poke();
    expect(".o_clinic_ticket_status").toHaveText("Place 1");
    expect("details[open]").toHaveCount(1);
});

test("a call, and each call again, vibrates", async () => {
    const {answer, poke} = await startPage();
    expect.verifySteps(["listen channel-1"]);
    answer.body = makeBody({state: "called", call: 1, html: "Your turn"});
    await poke();
    expect.verifySteps(["vibrate 5"]);
    await poke();
    expect.verifySteps([]);
    answer.body = makeBody({state: "called", call: 2, html: "Your turn"});
    await poke();
    expect.verifySteps(["vibrate 5"]);
});

test("whoever is called is offered no ringing any more", async () => {
    const {answer, poke} = await startPage();
    expect.verifySteps(["listen channel-1"]);
    expect(".o_clinic_ticket_sound").toHaveCount(1);
    expect(".o_clinic_ticket_sound").not.toHaveClass("d-none");
    answer.body = makeBody({state: "called", call: 1, html: "Your turn"});
    await poke();
    expect.verifySteps(["vibrate 5"]);
    expect(".o_clinic_ticket_sound").toHaveClass("d-none");
});

test("who becomes the next one is told", async () => {
    const {answer, poke} = await startPage();
    await poke();
    answer.body = makeBody({is_next: true, html: "Next"});
    await poke();
    expect.verifySteps(["listen channel-1", "vibrate 1"]);
});

test("other forms come with the end", async () => {
    const {answer, poke} = await startPage();
    answer.body = makeBody({state: "completed"});
    await poke();
    expect.verifySteps(["listen channel-1", "reload"]);
});

test("without connection it says so, and asks again", async () => {
    const {answer} = await startPage();
    expect.verifySteps(["listen channel-1"]);
    Object.assign(answer, {body: null, status: 0});
    await advanceTime(POLL);
    expect(".o_clinic_ticket_offline").toBeVisible();
    expect(".o_clinic_ticket_status").toHaveText("Place 2");
    Object.assign(answer, {body: makeBody(), status: 200});
    await advanceTime(RETRY);
    expect(".o_clinic_ticket_offline").not.toBeVisible();
});
