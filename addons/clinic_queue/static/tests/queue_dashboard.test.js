/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {describe, expect, test} from "@odoo/hoot";
import {queryAllTexts} from "@odoo/hoot-dom";
import {mockDate} from "@odoo/hoot-mock";
import {
    contains,
    getService,
    makeMockEnv,
    mountWithCleanup,
    onRpc,
} from "@web/../tests/web_test_helpers";
import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {WebClient} from "@web/webclient/webclient";
import {registry} from "@web/core/registry";
import {format} from "@clinic_queue/dashboard/queue_dashboard";
import {
    formatShare,
    formatShorter,
    formatWithin,
} from "@clinic_queue/dashboard/queue_figures";

describe.current.tags("desktop");
defineMailModels();

const TOTAL = {
    people: 20,
    seen: 18,
    in_target: 0.9,
    left: 0.1,
    median: 12,
    ninety: 40,
    longest: 70,
    overtakes: 0.5,
    equal_overtakes: 0,
};

const LEVEL = {...TOTAL, name: "4 Standard", policy: "", threshold: 0.95};

const FIGURES = {
    queues: [{id: 3, name: "Walk-ins"}],
    now: {waiting: 2, longest: 65, overdue: 1},
    total: TOTAL,
    before: {...TOTAL, in_target: 0.8, median: 10, people: 20, longest: null},
    levels: [LEVEL],
    peaks: {
        hours: [8, 9],
        weekdays: [{name: "Monday", values: [4, 0]}],
        by_hour: [4, 2],
    },
    desks: [{name: "Room 1", served: 18, per_hour: 3, minutes: 14, idle: 0.2}],
    doctors: [],
    estimates: [
        {
            ...{name: "Staff", count: 9, bias: 1, mae: 4, median: 3, rmse: 6},
            ...{within: 0.8, shorter: 0.5},
        },
    ],
};

const NOTHING = {
    ...FIGURES,
    now: {waiting: 0, longest: null, overdue: 0},
    total: null,
    before: null,
    levels: [],
};

async function openDashboard(figures) {
    mockDate("2030-06-04 09:00:00", 0);
    onRpc("clinic.queue.report", "get_dashboard", ({args}) => {
        expect.step(args);
        return figures;
    });
    await mountWithCleanup(WebClient);
    await getService("action").doAction({
        type: "ir.actions.client",
        tag: "clinic_queue.dashboard",
    });
}

test("figures are told beside those of the period before", async () => {
    await openDashboard(FIGURES);
    expect.verifySteps([["2030-05-06", "2030-06-04", null]]);
    expect("[data-name=in_target]").toHaveText(/90 %[^]*better[^]*before: 80 %/);
    expect("[data-name=median]").toHaveText(/12 min[^]*worse[^]*before: 10 min/);
    expect("[data-name=longest]").toHaveText(/1 h 10 min[^]*before: –/);
    expect("[data-name=people] .fa").toHaveCount(0);
    expect(".o_clinic_now").toHaveText(/2 waiting now[^]*1 h 5 min[^]*1 beyond/);
});

test("each chart has a table that says the same", async () => {
    await openDashboard(FIGURES);
    expect.verifySteps([["2030-05-06", "2030-06-04", null]]);
    expect("canvas").toHaveCount(2);
    expect(".o_clinic_chart[aria-hidden=true]").toHaveCount(2);
    expect(".o_clinic_levels tbody th").toHaveText("4 Standard");
    expect(".o_clinic_levels [aria-label=Missed]").toHaveCount(1);
    expect(queryAllTexts(".o_clinic_heat td")).toEqual(["4.0", ""]);
    expect(queryAllTexts(".o_clinic_desks td")).toEqual([
        "18",
        "3.0",
        "14 min",
        "20 %",
    ]);
    expect(".o_clinic_doctors td").toHaveText("Nobody was served.");
    expect(queryAllTexts(".o_clinic_estimates td").slice(-4)).toEqual([
        ...["1 min", "4 min", "3 min", "6 min"],
    ]);
});

test("the period and the queue are chosen", async () => {
    await openDashboard(FIGURES);
    await contains("button:contains(7 days)").click();
    await contains(".o_clinic_queue_filter").select("3");
    expect.verifySteps([
        ["2030-05-06", "2030-06-04", null],
        ["2030-05-29", "2030-06-04", null],
        ["2030-05-29", "2030-06-04", 3],
    ]);
    expect("button[aria-pressed=true]").toHaveText("7 days");
});

test("nobody has waited yet", async () => {
    await openDashboard(NOTHING);
    expect.verifySteps([["2030-05-06", "2030-06-04", null]]);
    expect(".o_clinic_empty").toHaveCount(1);
    expect("canvas").toHaveCount(0);
    expect(".o_clinic_now").toHaveText("Nobody waits now.");
});

test("waits that miss the aim are marked", async () => {
    const line = {name: "Staff", count: 9, bias: 1, mae: 4, median: 3, rmse: 6};
    const lines = [
        {...line, name: "Staff", within: 0.82, shorter: 0.55},
        {...line, name: "Board", within: 0.95, shorter: 0.81},
        {...line, name: "Kiosk", within: 0.6, shorter: 0.3},
    ];
    await openDashboard({...FIGURES, estimates: lines});
    expect.verifySteps([["2030-05-06", "2030-06-04", null]]);
    expect(queryAllTexts(".o_clinic_estimates td:nth-child(6)")).toEqual([
        "Aim met",
        "Aim missed: most are called earlier",
        "Aim missed: too many are called later",
    ]);
    expect(queryAllTexts(".o_clinic_estimates td:nth-child(5)")).toEqual([
        "18 %",
        "5 %",
        "40 %",
    ]);
});

test("what nobody knows is a dash", async () => {
    await makeMockEnv();
    expect(format("minutes", null)).toBe("–");
    expect(format("minutes", 0)).toBe("0 min");
    expect(format("share", 0.125)).toBe("13 %");
});

test("an average of nobody is a dash, and no zero", async () => {
    await makeMockEnv();
    for (const name of ["figure", "share", "within", "shorter"]) {
        const write = registry.category("formatters").get(`clinic_queue_${name}`);
        expect(write(false)).toBe("–");
        expect(write(0)).not.toBe("–");
    }
    expect(`${formatShare(0.125)}`).toBe("13 %");
    expect(`${formatWithin(0.6)}`).toBe("60 % (Aim missed: too many are called later)");
    expect(`${formatWithin(0.95)}`).toBe("95 % (Aim met)");
    expect(`${formatShorter(0.8)}`).toBe("80 % (Aim missed: most are called earlier)");
});
