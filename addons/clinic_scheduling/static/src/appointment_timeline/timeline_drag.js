/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {deserializeDateTime} from "@web/core/l10n/dates";
import {toNearestGrid} from "@clinic_scheduling/appointment_calendar/open_hours";

const {DateTime} = luxon;

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

/**
 * Return a dragged visit at the nearest start on the grid of the row that it is over.
 *
 * One that keeps its start, or that is drawn longer or shorter, stays as it is.
 *
 * @param {object} item of vis-timeline
 * @param {object[]} rows as from fetchRows
 */
export function snapMove(item, rows) {
    const [start, stop] = [item.evt.start, item.evt.stop].map((text) =>
        deserializeDateTime(text).toMillis()
    );
    const isMove =
        item.start.valueOf() !== start && item.end - item.start === stop - start;
    if (!isMove) {
        return item;
    }
    const hours = rows.find(({id}) => id === item.group)?.hours || [];
    const snapped = toNearestGrid(DateTime.fromMillis(item.start.valueOf()), hours);
    return {
        ...item,
        start: snapped.toJSDate(),
        end: snapped.plus({milliseconds: stop - start}).toJSDate(),
    };
}
