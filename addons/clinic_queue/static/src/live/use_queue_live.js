/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {useLive} from "@clinic_scheduling/live/use_clinic_live";

const SOURCE = {channel: "clinic_queue.staff", type: "clinic_queue.changed"};

/**
 * Reload a screen of staff when anything changes in a queue that its user may see.
 *
 * @param {(untilIdle: () => Promise) => Promise} reload see `useLive`
 * @param {() => boolean} [isBusy] the reload waits while this returns true
 */
export function useQueueLive(reload, isBusy) {
    useLive(SOURCE, reload, isBusy);
}
