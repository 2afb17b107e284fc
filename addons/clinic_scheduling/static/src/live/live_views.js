/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {registry} from "@web/core/registry";
import {KanbanController} from "@web/views/kanban/kanban_controller";
import {kanbanView} from "@web/views/kanban/kanban_view";
import {ListController} from "@web/views/list/list_controller";
import {listView} from "@web/views/list/list_view";
import {useClinicLive} from "@clinic_scheduling/live/use_clinic_live";

export class AppointmentKanbanController extends KanbanController {
    setup() {
        super.setup();
        useClinicLive(
            () => this.model.load(),
            () =>
                this.quickCreateState.groupId ||
                document.querySelector(".o_kanban_renderer .o_dragged")
        );
    }
}

export class AppointmentListController extends ListController {
    setup() {
        super.setup();
        useClinicLive(
            () => this.model.load(),
            () => this.model.root.editedRecord || this.model.root.selection.length
        );
    }
}

registry.category("views").add("clinic_appointment_kanban", {
    ...kanbanView,
    Controller: AppointmentKanbanController,
});
registry.category("views").add("clinic_appointment_list", {
    ...listView,
    Controller: AppointmentListController,
});
