/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {beforeEach, describe, expect, test} from "@odoo/hoot";
import {queryAllTexts} from "@odoo/hoot-dom";
import {advanceTime, animationFrame, mockDate} from "@odoo/hoot-mock";
import {
    makeMockEnv,
    mockService,
    mountWithCleanup,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {browser} from "@web/core/browser/browser";
import {Announcer, spell} from "@clinic_queue/board/announcer";
import {Board, TURN} from "@clinic_queue/board/board";
import {GATHER, POLL, RETRY} from "@clinic_queue/board/board_source";

describe.current.tags("desktop");
defineMailModels();

const WORDS = {
    called: "Now called",
    next: "Next",
    nobody: "Nobody is called",
    nobodyNext: "Nobody waits",
    wait: "If you arrive now",
    minutes: "%(low)s to %(high)s min",
    about: "about %(high)s min",
    span: "%(low)s to %(high)s",
    aboutSpan: "about %(high)s",
    short: "%(minutes)s min",
    hours: "%(hours)s h",
    hoursMinutes: "%(hours)s h %(minutes)s min",
    emergency: "An emergency has priority",
    start: "Start",
    startHint: "Tap",
    blocked: "Sound is blocked",
    reconnecting: "Reconnecting…",
    age: "As of %(time)s, %(minutes)s min ago",
    gone: "Not valid any more",
    speak: "Number %(number)s, please go to %(room)s.",
};
const GERMAN = {...WORDS, called: "Aufgerufen", speak: "%(number)s: %(room)s"};

const ENGLISH = {code: "en_US", tag: "en-US", direction: "ltr", hourCycle: "h23"};

function makeCall(number, values = {}) {
    const room = {en_US: "Room 1", de_DE: "Zimmer 1"};
    return {number, key: `${number}/1`, room, is_here: false, at: 0, ...values};
}

function makeState(values = {}) {
    return {
        now: 0,
        called: [],
        queues: [{letter: "A", next: ["A-002"], wait: [600, 1500]}],
        is_emergency: false,
        channel: "channel-1",
        version: "1",
        ...values,
    };
}

function makeSettings(values = {}) {
    return {
        title: "North",
        zone: "UTC",
        mode: "rotate",
        hasVoice: false,
        languages: [
            {...ENGLISH, words: WORDS},
            {...ENGLISH, code: "de_DE", tag: "de-DE", words: GERMAN},
        ],
        ...values,
    };
}

/** Mount a board; `answer.state` is what the server says, `null`: nothing. */
async function mountBoard({settings = {}, state = {}} = {}) {
    const channels = new Set();
    const pokes = new Set();
    mockService("bus_service", {
        addChannel: (name) => name.startsWith("channel-") && channels.add(name),
        deleteChannel: (name) => channels.delete(name),
        subscribe: (type, callback) =>
            type === "clinic_queue.changed" && pokes.add(callback),
        unsubscribe: (_type, callback) => pokes.delete(callback),
        addEventListener: () => true,
        removeEventListener: () => true,
        start: () => true,
    });
    await makeMockEnv();
    const answer = {state: makeState(state), status: 200, asked: 0};
    patchWithCleanup(browser, {
        fetch: async () => {
            answer.asked += 1;
            if (!answer.state && !answer.status) {
                throw new TypeError("offline");
            }
            return {
                ok: Boolean(answer.state),
                status: answer.status,
                json: async () => answer.state,
            };
        },
    });
    const board = await mountWithCleanup(Board, {
        props: {
            address: "/state",
            settings: makeSettings(settings),
            state: makeState(state),
        },
    });
    const poke = async () => {
        pokes.forEach((callback) => callback());
        await advanceTime(GATHER);
        await animationFrame();
    };
    return {answer, board, channels, poke, pokes};
}

beforeEach(() => mockDate("2030-06-04 08:00:00", 0));

test("numbers, rooms and minutes", async () => {
    await mountBoard({state: {called: [makeCall("A-001")]}});
    expect(".o_clinic_board_number").toHaveText("A-001");
    expect(".o_clinic_board_room").toHaveText("Room 1");
    expect(".o_clinic_board_next li").toHaveText("A-002");
    expect(".o_clinic_board_wait").toHaveText("10 to 25 min");
    expect(".o_clinic_board_fresh").toHaveCount(0);
    expect(".o_clinic_board_offline").toHaveCount(0);
});

test("an empty room", async () => {
    await mountBoard({state: {queues: [{letter: "A", next: [], wait: null}]}});
    expect(queryAllTexts(".o_clinic_board_empty")).toEqual([
        "Nobody is called",
        "Nobody waits",
    ]);
    expect(".o_clinic_board_wait").toHaveCount(0);
});

test("a poke shows a new call, which stands out for a while", async () => {
    const {answer, poke} = await mountBoard();
    answer.state = makeState({called: [makeCall("A-002")]});
    await poke();
    expect(".o_clinic_board_fresh .o_clinic_board_number").toHaveText("A-002");
    expect("[aria-live=assertive]").toHaveText("Number A-002, please go to Room 1.");
    await advanceTime(17000);
    await animationFrame();
    expect(".o_clinic_board_fresh").toHaveCount(0);
    expect(".o_clinic_board_number").toHaveText("A-002");
});

test("a burst of pokes is one question, and silence is asked about", async () => {
    const {answer, poke, pokes} = await mountBoard();
    for (let turn = 0; turn < 5; turn++) {
        pokes.forEach((callback) => callback());
    }
    await poke();
    expect(answer.asked).toBe(1);
    await advanceTime(POLL);
    expect(answer.asked).toBe(2);
});

test("the first poke is answered at once, and those after it once more", async () => {
    const {answer, pokes} = await mountBoard();
    const pokeNow = () => pokes.forEach((callback) => callback());
    pokeNow();
    await advanceTime(10);
    expect(answer.asked).toBe(1);
    for (let turn = 0; turn < 5; turn++) {
        pokeNow();
    }
    await advanceTime(10);
    expect(answer.asked).toBe(1);
    await advanceTime(GATHER);
    expect(answer.asked).toBe(2);
});

test("without answers it says so, and comes back by itself", async () => {
    const {answer} = await mountBoard();
    Object.assign(answer, {state: null, status: 0});
    await advanceTime(POLL);
    await animationFrame();
    expect(".o_clinic_board_offline").toHaveText(/Reconnecting…[^]*As of 0?8:00/);
    expect(".o_clinic_board_next li").toHaveText("A-002");
    Object.assign(answer, {state: makeState(), status: 200});
    await advanceTime(2 * RETRY);
    await animationFrame();
    expect(".o_clinic_board_offline").toHaveCount(0);
});

test("a link that was renewed", async () => {
    const {answer, poke} = await mountBoard();
    Object.assign(answer, {state: null, status: 404});
    await poke();
    expect(".o_clinic_board_notice").toHaveText("Not valid any more");
});

test("it reloads after an upgrade", async () => {
    const {answer, poke} = await mountBoard();
    patchWithCleanup(browser.location, {reload: () => expect.step("reload")});
    answer.state = makeState({version: "2"});
    await poke();
    expect.verifySteps(["reload"]);
});

test("an emergency", async () => {
    const {answer, poke} = await mountBoard();
    expect(".o_clinic_board_emergency").not.toBeVisible();
    answer.state = makeState({is_emergency: true});
    await poke();
    expect(".o_clinic_board_emergency").toHaveText("An emergency has priority");
});

test("languages take turns", async () => {
    await mountBoard({state: {called: [makeCall("A-001")]}});
    const first = queryAllTexts(".o_clinic_board_called h2, .o_clinic_board_room");
    await advanceTime(TURN * 1000);
    await animationFrame();
    const second = queryAllTexts(".o_clinic_board_called h2, .o_clinic_board_room");
    expect([first, second].sort()).toEqual([
        ["Aufgerufen", "Zimmer 1"],
        ["Now called", "Room 1"],
    ]);
});

test("languages side by side", async () => {
    await mountBoard({
        settings: {mode: "beside"},
        state: {called: [makeCall("A-001")]},
    });
    expect(queryAllTexts(".o_clinic_board_room .o_clinic_board_words")).toEqual([
        "Room 1",
        "Zimmer 1",
    ]);
    // What is the same in both is said once
    expect(".o_clinic_board_next ~ h2 .o_clinic_board_words").toHaveCount(1);
});

test("the bus's token is replaced before it ends, and nothing piles up", async () => {
    const {answer, channels, poke} = await mountBoard();
    answer.state = makeState({channel: "channel-2"});
    await poke();
    expect([...channels]).toEqual(["channel-1"]);
    mockDate("2030-06-04 15:00:00", 0);
    await poke();
    expect([...channels]).toEqual(["channel-2"]);
});

test("calls are announced one after the other, in all languages", async () => {
    patchWithCleanup(Announcer.prototype, {
        get isOn() {
            return true;
        },
        start: async () => true,
        chime: () => expect.step("chime"),
        speak: async ({text, lang}) => expect.step(`${lang} ${text}`),
    });
    const {answer, poke} = await mountBoard({settings: {hasVoice: true}});
    answer.state = makeState({called: [makeCall("A-012")]});
    await poke();
    await advanceTime(2000);
    expect.verifySteps([
        "chime",
        "en-US Number A 0 1 2, please go to Room 1.",
        "de-DE A 0 1 2: Zimmer 1",
    ]);
});

test("sound that is blocked is visible", async () => {
    patchWithCleanup(Announcer.prototype, {
        start: async function ({byTap = true} = {}) {
            this.wasStarted ||= byTap;
            this.onChange();
        },
    });
    await mountBoard({settings: {hasVoice: true}});
    expect(".o_clinic_board_start").toHaveText(/Start/);
    document.querySelector(".o_clinic_board_start").click();
    await animationFrame();
    expect(".o_clinic_board_start").toHaveText(/Sound is blocked/);
});

test("numbers are spelled", () => {
    expect(spell("A-012")).toBe("A 0 1 2");
    expect(spell("K1-007")).toBe("K 1 0 0 7");
});

test("waits of more than an hour, and the clock of the language", async () => {
    const queue = {letter: "A", next: []};
    const {answer, poke} = await mountBoard({
        settings: {languages: [{...ENGLISH, words: WORDS}]},
        state: {queues: [{...queue, wait: [3000, 5520]}]},
    });
    mockDate("2030-06-04 14:05:00", 0);
    expect(".o_clinic_board_wait").toHaveText("50 min to 1 h 32 min");
    answer.state = makeState({queues: [{...queue, wait: [3600, 3600]}]});
    await poke();
    expect(".o_clinic_board_wait").toHaveText("about 1 h");
    expect("time").toHaveText("14:05");
});

test("a language whose clock has twelve hours", async () => {
    mockDate("2030-06-04 14:05:00", 0);
    await mountBoard({
        settings: {languages: [{...ENGLISH, hourCycle: "h12", words: WORDS}]},
    });
    expect("time").toHaveText(/^2:05\sPM$/);
});
