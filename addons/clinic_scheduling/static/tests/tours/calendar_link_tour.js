/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {registry} from "@web/core/registry";

const FORM = "form[action='/my/clinic/calendar";

registry.category("web_tour.tours").add("clinic_scheduling_calendar_link", {
    steps: () => [
        {
            content: "Make a link",
            trigger: `${FORM}/make'] button`,
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "It is shown; copy it",
            trigger:
                ".o_clinic_copy_link:has(input:value(/clinic/feed/)) .o_clinic_copy",
            run: "click",
        },
        {
            content: "The page says what became of it",
            trigger: ".o_clinic_copied:not(:empty)",
        },
        {
            content: "Revoke it",
            trigger: `${FORM}/revoke'] button`,
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "There is none any more",
            trigger: `.card:contains(There is no link yet):not(:has(${FORM}/revoke']))`,
        },
    ],
});
