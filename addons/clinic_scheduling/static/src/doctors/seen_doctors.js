/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {user} from "@web/core/user";

const GROUPS = ["doctor", "receptionist"].map(
    (role) => `clinic_scheduling.group_clinic_${role}`
);

/**
 * Return the domain of the doctors whose appointments the user may see: doctors see
 * their own, and colleagues would look free all day.
 */
export async function getSeenDoctors() {
    const [isDoctor, seesAll] = await Promise.all(
        GROUPS.map((group) => user.hasGroup(group))
    );
    return isDoctor && !seesAll ? [["user_id", "=", user.userId]] : [];
}
