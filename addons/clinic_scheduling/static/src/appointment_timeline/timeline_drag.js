/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

/**
 * Rows that stand still while a visit is dragged over them.
 *
 * Else vis-timeline makes room for the visit in each row that it passes: rows
 * below move away under the pointer, and the visit lands in the wrong one.
 */

const TARGET = "o_clinic_target";

/** Mark the row `groupId`, and no other one, as the one that gets the visit. */
function markTarget(groups, groupId) {
    for (const group of groups) {
        const isTarget = group.groupId === groupId;
        group.dom.label.classList.toggle(TARGET, isTarget);
        group.dom.foreground.classList.toggle(TARGET, isTarget);
    }
}

/**
 * Keep height and place of all rows and visits until `end` is called.
 *
 * @param {object} timeline of vis-timeline
 * @returns {{over: (groupId: number) => void, end: () => void}}
 */
export function freezeRows(timeline) {
    const {itemSet} = timeline;
    const groups = Object.values(itemSet.groups);
    const items = Object.values(itemSet.items).filter((item) => item.stack);
    for (const group of groups) {
        const {height} = group;
        group._calculateHeight = () => height;
    }
    for (const item of items) {
        item.stack = false;
    }
    timeline.dom.root.classList.add("o_clinic_dragging");
    return {
        over: (groupId) => markTarget(groups, groupId),
        end() {
            timeline.dom.root.classList.remove("o_clinic_dragging");
            markTarget(groups, null);
            for (const item of items) {
                // The prototype's true shows again
                delete item.stack;
            }
            for (const group of groups) {
                delete group._calculateHeight;
                group.stackDirty = true;
            }
            timeline.redraw();
        },
    };
}
