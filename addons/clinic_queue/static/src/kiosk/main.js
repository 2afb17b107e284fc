/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {Api} from "./api";
import {Clock} from "./clock";
import {KioskApp} from "./kiosk_app";
import {KioskModel} from "./kiosk_model";
import {Outbox} from "./outbox";
import {StaffApp} from "./staff_app";
import {Syncer} from "./syncer";
import {Vault} from "./vault";
import {getTemplate} from "@web/core/templates";
import {mount, whenReady} from "@odoo/owl";

async function start() {
    const {texts, mode, scope} = document.body.dataset;
    const vault = new Vault("clinic_kiosk");
    const clock = new Clock();
    const api = new Api(scope);
    const outbox = new Outbox(vault, clock);
    const syncer = new Syncer({outbox, api, clock});
    const all = JSON.parse(texts);
    const model = new KioskModel({
        vault,
        api,
        clock,
        outbox,
        syncer,
        mode,
        texts: all,
    });
    const app = mode === "staff" ? StaffApp : KioskApp;
    await mount(app, document.body, {getTemplate, props: {model}});
    if ("serviceWorker" in navigator) {
        navigator.serviceWorker
            .register(`${scope}/worker.js`, {scope})
            .catch(() => null);
    }
    await model.start();
}

whenReady(start);
