/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {PAUSE, SlipPage} from "@clinic_queue/ticket/slip_page";
import {describe, expect, test} from "@odoo/hoot";
import {advanceTime} from "@odoo/hoot-mock";
import {browser} from "@web/core/browser/browser";
import {patchWithCleanup} from "@web/../tests/web_test_helpers";
import {startInteraction} from "@web/../tests/public/helpers";

describe.current.tags("desktop");

const getPage = (state) =>
    `<div class="o_clinic_slip_waiting" data-state="${state}">Not yet</div>`;

/** Start the page of a slip; `answer` is what its address gives, `null`: no network. */
async function startPage(state = "unknown") {
    await startInteraction(SlipPage, getPage(state));
    const server = {answer: null};
    patchWithCleanup(browser, {
        fetch: async () => {
            expect.step("look");
            if (!server.answer) {
                throw new TypeError("away");
            }
            return server.answer;
        },
    });
    patchWithCleanup(browser.location, {reload: () => expect.step("reload")});
    return server;
}

function makeAnswer(state, values = {}) {
    return {ok: true, redirected: false, text: async () => getPage(state), ...values};
}

test("it looks again until the address leads to the place", async () => {
    const server = await startPage();
    await advanceTime(PAUSE);
    server.answer = makeAnswer("unknown");
    await advanceTime(PAUSE);
    expect.verifySteps(["look", "look"]);
    server.answer = makeAnswer("unknown", {redirected: true});
    await advanceTime(PAUSE);
    expect.verifySteps(["look", "reload"]);
    await advanceTime(3 * PAUSE);
    expect.verifySteps([]);
});

test("what else became of the number is shown", async () => {
    const server = await startPage();
    server.answer = makeAnswer("failed");
    await advanceTime(PAUSE);
    expect.verifySteps(["look", "reload"]);
});

test("a page that is known asks for nothing", async () => {
    await startPage("listed");
    await advanceTime(2 * PAUSE);
    expect.verifySteps([]);
});
