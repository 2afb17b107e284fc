/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

/* A service worker for patients: it shows notifications and opens their pages. It
   keeps nothing, and no request of a page goes through it. */

/** Where a notification leads to that says nowhere: to this site, whatever it says. */
const HOME = "/my/appointments";

function toPath(link) {
    try {
        const {pathname, search, hash} = new URL(link || HOME, self.location.origin);
        return pathname + search + hash;
    } catch {
        return HOME;
    }
}

function read(data) {
    try {
        return data.json() || {};
    } catch {
        return {};
    }
}

async function open(path) {
    const url = new URL(path, self.location.origin).href;
    const pages = await self.clients.matchAll({
        type: "window",
        includeUncontrolled: true,
    });
    const page = pages.find((one) => one.url === url);
    return page ? page.focus() : self.clients.openWindow(url);
}

self.addEventListener("install", () => self.skipWaiting());

self.addEventListener("activate", (ev) => ev.waitUntil(self.clients.claim()));

self.addEventListener("push", (ev) => {
    const {title, options = {}} = ev.data ? read(ev.data) : {};
    const {body = "", tag, lang, icon, data = {}} = options;
    // The same message once more takes the place of the first one
    const shown = {body, tag, lang, icon, data: {path: toPath(data.url)}};
    ev.waitUntil(
        self.registration.showNotification(title || self.location.host, shown)
    );
});

self.addEventListener("notificationclick", (ev) => {
    ev.notification.close();
    ev.waitUntil(open(toPath(ev.notification.data?.path)));
});
