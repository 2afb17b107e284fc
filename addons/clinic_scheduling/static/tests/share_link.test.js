/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {beforeEach, describe, expect, test} from "@odoo/hoot";
import {queryAllTexts} from "@odoo/hoot-dom";
import {advanceTime, animationFrame, mockDate} from "@odoo/hoot-mock";
import {
    contains,
    mountView,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import {toggleFilter} from "@web/../tests/views/calendar/calendar_test_helpers";
import {router} from "@web/core/browser/router";
import {redirect} from "@web/core/utils/urls";
import {
    decodeState,
    encodeState,
    takeSharedState,
} from "@clinic_scheduling/share_link/share_link";
import {CALENDAR, TODAY, defineClinicModels, mockBus} from "./clinic_test_helpers";

describe.current.tags("desktop");
defineClinicModels();

beforeEach(() => {
    mockDate(TODAY, 0);
    mockBus();
});

const SEARCH = `
    <search>
        <filter name="north" string="North only" domain="[('site_id', '=', 1)]"/>
    </search>`;

function mountCalendar(context) {
    return mountView({
        type: "calendar",
        resModel: "clinic.appointment",
        arch: CALENDAR,
        searchViewArch: SEARCH,
        context,
    });
}

test("states survive the address", () => {
    const state = {label: "Café ü € 漢?&=/+", list: [1, false]};
    const text = encodeState(state);
    expect(text).toMatch(/^[\w-]+$/);
    expect(decodeState(text)).toEqual(state);
    expect(decodeState("%%%")).toBe(null);
    expect(decodeState("12")).toBe(null);
});

test("the state of an address is taken once", () => {
    router.current.clinic = encodeState({scale: "day"});
    expect(takeSharedState()).toEqual({scale: "day"});
    expect(takeSharedState()).toBe(null);
});

test("a copied link brings date, scale, filters and search to others", async () => {
    let link = "";
    patchWithCleanup(navigator.clipboard, {
        writeText: async (text) => {
            link = text;
        },
    });
    await mountCalendar({search_default_north: 1});
    await toggleFilter("doctor_id", 2);
    await advanceTime(1000);
    await contains(".o_calendar_button_next").click();
    await contains(".o_clinic_copy_link").click();
    expect(".o_notification").toHaveText("Link copied.");
    const state = decodeState(new URL(link).searchParams.get("clinic"));
    expect(state).toEqual({
        date: "2030-06-05",
        scale: "day",
        filters: {doctor_id: [1]},
        search: {
            domain: "[]",
            facets: [{label: "North only", domain: '[("site_id", "=", 1)]'}],
        },
    });
});

test("a link restores what it was copied from", async () => {
    const shared = encodeState({
        date: "2030-07-10",
        scale: "week",
        filters: {doctor_id: [1]},
        search: {
            domain: '[("active", "=", True)]',
            facets: [{label: "Mine", domain: '[("site_id", "=", 1)]'}],
        },
    });
    redirect(`/odoo?clinic=${shared}`);
    const domains = [];
    onRpc("clinic.appointment", "search_read", ({kwargs}) => {
        domains.push(JSON.stringify(kwargs.domain));
    });
    await mountCalendar();
    await animationFrame();
    await animationFrame();
    expect(queryAllTexts(".o_searchview_facet")).toEqual(["Mine", "Shared selection"]);
    expect(domains.at(-1)).toInclude('["doctor_id","in",[1]]');
    expect(domains.at(-1)).toInclude('["site_id","=",1]');
    expect(domains.at(-1)).toInclude("2030-07-13");
    expect(".fc-timeGridWeek-view").toHaveCount(1);
});
