/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {expect, test} from "@odoo/hoot";
import {allowTranslations} from "@web/../tests/web_test_helpers";
import {toClock} from "@clinic_scheduling/portal/clock";

test("seconds count for less than an hour, words are enough for more", () => {
    allowTranslations();
    expect(toClock(59)).toBe("0:59");
    expect(toClock(61)).toBe("1:01");
    expect(toClock(3599)).toBe("59:59");
    expect(String(toClock(3600))).toBe("1 h 0 min");
    expect(String(toClock(12 * 3600 + 56 * 60 + 41))).toBe("12 h 56 min");
});
