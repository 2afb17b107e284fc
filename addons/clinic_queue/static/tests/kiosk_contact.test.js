/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {after, describe, expect, test} from "@odoo/hoot";
import {isBirthdate, isContact, isPhone} from "@clinic_queue/kiosk/contact";
import {PinCheck} from "@clinic_queue/kiosk/pin";

describe.current.tags("desktop");

/** As the server tells them for France, with fewer patterns. */
const RULES = {
    code: "33",
    prefix: "0",
    any: "[1-35]\\d{8}|4[1-9]\\d{7}|[67]\\d{8}",
    mobile: "[67]\\d{8}",
};

function getCrypto() {
    const frame = document.createElement("iframe");
    document.body.append(frame);
    after(() => frame.remove());
    return frame.contentWindow.crypto;
}

test("a mobile number is one of the clinic's country, or a whole one", () => {
    const good = ["06 12 34 56 78", "+33 6 12 34 56 78", "0033612345678", "612345678"];
    for (const text of [...good, "+44 7911 123456", "00447911123456"]) {
        expect(isPhone(text, RULES, "mobile")).toBe(true);
    }
    const bad = [
        "12",
        "x",
        "06 12 34 56 7",
        "01 99 00 12 34",
        "a@b.example",
        "+3361234",
    ];
    for (const text of [...bad, "06 12 34 56 78 x", "+", "+1"]) {
        expect(isPhone(text, RULES, "mobile")).toBe(false);
    }
});

test("without rules a number has to be long enough", () => {
    expect(isPhone("0612345678", null)).toBe(true);
    expect(isPhone("12", null)).toBe(false);
    expect(isPhone("+336", null)).toBe(false);
    expect(isPhone("1".repeat(30), null)).toBe(false);
});

test("a contact is an e-mail address or a telephone number", () => {
    for (const text of ["ann@example.com", " ann@example.com ", "01 99 00 12 34"]) {
        expect(isContact(text, RULES)).toBe(true);
    }
    for (const text of ["x", "", "ann@example", "@example.com", "ann @example.com"]) {
        expect(isContact(text, RULES)).toBe(false);
    }
});

test("nobody is born tomorrow, or before 1900", () => {
    expect(isBirthdate("1990-01-02", "2026-05-01")).toBe(true);
    expect(isBirthdate("2026-05-01", "2026-05-01")).toBe(true);
    expect(isBirthdate("2026-05-02", "2026-05-01")).toBe(false);
    expect(isBirthdate("1899-12-31", "2026-05-01")).toBe(false);
    expect(isBirthdate("", "2026-05-01")).toBe(false);
});

test("the code of staff is known by its hash, and tried a few times only", async () => {
    const time = {now: 0};
    const pins = new PinCheck({now: () => time.now, coder: getCrypto()});
    const seal = {salt: "salt", rounds: 1000};
    seal.hash = await pins.hash("4711", seal);
    // PBKDF2 with SHA-256, as the server computes it
    expect(seal.hash).toBe(
        "9c1337420971baf9d47ac7b08f2989434250e08874fd04657d69290b8146e424"
    );
    expect(await pins.check(" 4711 ", seal)).toBe(true);
    for (let tries = 0; tries < 5; tries++) {
        expect(await pins.check("0000", seal)).toBe(false);
    }
    expect(pins.isPaused).toBe(true);
    expect(await pins.check("4711", seal)).toBe(false);
    time.now = 60000;
    expect(await pins.check("4711", seal)).toBe(true);
});
