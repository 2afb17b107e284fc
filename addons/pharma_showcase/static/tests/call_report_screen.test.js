/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {beforeEach, describe, expect, test} from "@odoo/hoot";
import {advanceTime, animationFrame} from "@odoo/hoot-mock";
import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {
    contains,
    defineModels,
    fields,
    getMockEnv,
    getService,
    makeServerError,
    models,
    mountWithCleanup,
    onRpc,
} from "@web/../tests/web_test_helpers";
import {browser} from "@web/core/browser/browser";
import {WebClient} from "@web/webclient/webclient";
import {forgetReports} from "@pharma_showcase/call_report/call_log_out";
import {RETRY} from "@pharma_showcase/call_report/call_outbox";
import {makeFiled, makeScreen} from "./call_test_helpers";

describe.current.tags("desktop");

class Report extends models.Model {
    _name = "pharma.call.report";
    name = fields.Char();
}

defineMailModels();
defineModels([Report]);

const server = {};

/** What a browser gets when nobody is at the other end. */
const noConnection = () => new Response("", {status: 502});

beforeEach(() => {
    browser.localStorage.clear();
    Object.assign(server, {screen: makeScreen(), calls: [], isDown: false});
    server.answer = () => ({status: "sent"});
    onRpc("/web/sign/get_fonts/*", () => []);
    onRpc("pharma.call.report", "get_call_screen", () => server.screen);
    onRpc("pharma.call.report", "submit_call", ({args}) => {
        server.calls.push(["submit", args[1]]);
        return server.answer(args[1]);
    });
    onRpc("pharma.call.report", "report_adverse_event", ({args}) => {
        server.calls.push(["event", args[1]]);
        return "AE-2030-0001";
    });
    onRpc("/web/dataset/call_kw/pharma.call.report/*", () =>
        server.isDown ? noConnection() : undefined
    );
});

function openAction() {
    return getService("action").doAction({
        type: "ir.actions.client",
        tag: "pharma_showcase.call_report",
        params: {showcase_id: 5},
    });
}

async function openScreen() {
    await mountWithCleanup(WebClient);
    await openAction();
}

function countKept() {
    const keys = Object.keys(browser.localStorage);
    return keys.filter((key) => key.startsWith("pharma_showcase")).length;
}

async function typeNote(text) {
    await contains(".o_pharma_more summary").click();
    await contains("#o_pharma_note").edit(text);
}

async function answerAll() {
    await contains("[data-product='1'] [data-level='4']").click();
    await contains(".o_pharma_event_no").click();
    await contains("[data-step='none']").click();
}

test("a report is filed with four taps", async () => {
    await openScreen();
    await answerAll();
    await contains(".o_pharma_file").click();
    expect(".o_pharma_sent").toHaveCount(1);
    const [[kind, message]] = server.calls;
    expect(kind).toBe("submit");
    expect(message.lines).toEqual([
        {product_id: 1, interest: 4, is_requested: false, questions: ""},
    ]);
    expect(message.has_adverse_event).toBe(false);
    expect(countKept()).toBe(0);
});

test("what is missing is said, and nothing is sent", async () => {
    await openScreen();
    await contains(".o_pharma_file").click();
    expect(".o_pharma_where").toHaveText("Tap the interest in at least one product");
    await contains("[data-product='1'] [data-level='0']").click();
    expect(".o_pharma_where").toHaveText("Answer the question on adverse events");
    expect(server.calls).toEqual([]);
});

test("without a network it waits on the device, and is sent by itself", async () => {
    await openScreen();
    await answerAll();
    server.isDown = true;
    await contains(".o_pharma_file").click();
    expect(".o_pharma_where").toHaveText(/Saved on this device. It is sent as soon/);
    expect(server.calls).toEqual([]);
    expect(countKept()).toBe(1);
    server.isDown = false;
    await advanceTime(RETRY);
    await animationFrame();
    expect(".o_pharma_sent").toHaveCount(1);
    expect(server.calls.length).toBe(1);
    expect(countKept()).toBe(0);
});

test("what was typed is there again, also without a network", async () => {
    await openScreen();
    await typeNote("Prefers mornings");
    await advanceTime(1000);
    expect(".o_pharma_where").toHaveText("Saved on this device");
    server.isDown = true;
    await openAction();
    await animationFrame();
    expect("#o_pharma_note").toHaveValue("Prefers mornings");
    expect("h2").toHaveText("Dr Olive Outside");
});

test("a lost answer is asked for again, as the same filing", async () => {
    await openScreen();
    await answerAll();
    server.answer = () => {
        server.answer = () => ({status: "sent"});
        return noConnection();
    };
    await contains(".o_pharma_file").click();
    await advanceTime(RETRY);
    await animationFrame();
    const uuids = server.calls.map(([, message]) => message.uuid);
    expect(uuids.length).toBe(2);
    expect(uuids[0]).toBe(uuids[1]);
    expect(".o_pharma_sent").toHaveCount(1);
});

test("who goes on typing files anew, and amends what had arrived", async () => {
    await openScreen();
    await answerAll();
    server.isDown = true;
    await contains(".o_pharma_file").click();
    await contains(".o_pharma_edit").click();
    await typeNote("More");
    server.isDown = false;
    server.answer = ({reason}) => ({status: reason ? "sent" : "filed"});
    await contains(".o_pharma_file").click();
    expect(".o_pharma_refused").toHaveText(/reported already/);
    await contains("#o_pharma_reason").edit("Something to add");
    await contains(".o_pharma_file").click();
    expect(".o_pharma_sent").toHaveCount(1);
    expect(server.calls.at(-1)[1].note).toBe("More");
    expect(server.calls.at(-1)[1].reason).toBe("Something to add");
});

test("what the server refuses is said, and stays to be mended", async () => {
    await openScreen();
    await answerAll();
    server.answer = () => {
        throw makeServerError({
            type: "ValidationError",
            message: "At most 4 packs",
        });
    };
    await contains(".o_pharma_file").click();
    expect(".o_pharma_refused").toHaveText("At most 4 packs");
    server.answer = () => ({status: "sent"});
    await contains(".o_pharma_file").click();
    expect(".o_pharma_sent").toHaveCount(1);
});

test("an adverse event goes ahead of its report, and cannot be denied", async () => {
    await openScreen();
    await contains(".o_pharma_event_yes").click();
    await contains("#o_pharma_description").edit("Rash");
    await contains(".o_pharma_event_record").click();
    expect(server.calls.map(([kind]) => kind)).toEqual(["event"]);
    expect(server.calls[0][1].description).toBe("Rash");
    expect(".o_pharma_event_sent").toHaveText(/AE-2030-0001/);
    expect(".o_pharma_event_no").not.toBeEnabled();
    await contains("[data-product='1'] [data-level='1']").click();
    await contains("[data-step='none']").click();
    await contains(".o_pharma_file").click();
    expect(server.calls.map(([kind]) => kind)).toEqual(["event", "submit"]);
    expect(server.calls[1][1].has_adverse_event).toBe(true);
});

test("a filed report is shown locked, and opens with a reason", async () => {
    server.screen = makeScreen({report: makeFiled()});
    await openScreen();
    expect("[data-product='2'] [data-level='2']").not.toBeEnabled();
    expect(".o_pharma_samples").toHaveCount(0);
    await contains(".o_pharma_amend").click();
    expect("[data-product='2'] [data-level='2']").toBeEnabled();
    await contains(".o_pharma_file").click();
    expect(".o_pharma_where").toHaveText("Say why you change the report");
});

function logOut() {
    const makeItem = forgetReports(() => ({callback: () => expect.step("left")}));
    return makeItem(getMockEnv()).callback();
}

test("who logs out is asked, and leaves nothing on the device", async () => {
    await openScreen();
    await typeNote("Prefers mornings");
    await advanceTime(1000);
    expect(countKept()).toBe(1);
    await logOut();
    await animationFrame();
    expect(".modal-body").toHaveText(/not sent.*Dr Olive Outside/);
    await contains(".modal .btn-secondary").click();
    expect.verifySteps([]);
    expect(countKept()).toBe(1);
    await logOut();
    await contains(".modal .btn-danger").click();
    expect.verifySteps(["left"]);
    await advanceTime(1000);
    expect(countKept()).toBe(0);
});

test("what waits is sent before its user leaves", async () => {
    await openScreen();
    await answerAll();
    server.isDown = true;
    await contains(".o_pharma_file").click();
    expect(countKept()).toBe(1);
    server.isDown = false;
    await logOut();
    expect.verifySteps(["left"]);
    expect(server.calls.map(([kind]) => kind)).toEqual(["submit"]);
    expect(countKept()).toBe(0);
});

test("a call that is still to come is not filed", async () => {
    const screen = makeScreen();
    screen.showcase.has_begun = false;
    server.screen = screen;
    await openScreen();
    expect(".o_pharma_file").not.toBeEnabled();
});
