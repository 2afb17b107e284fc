/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
 *
 * Keeps the kiosk's page and files, listed in FILES by who serves this worker, so that
 * the kiosk starts without the network. It keeps nothing else: no answer about anybody
 * ever gets into its cache. */

/* global FILES */

const PREFIX = "clinic-kiosk-";
/** The page is asked for so long before the kept one is shown (ms). */
const PATIENCE = 4000;

function getVersion() {
    let value = 0;
    for (const sign of JSON.stringify(FILES)) {
        value = (value * 31 + sign.charCodeAt(0)) >>> 0;
    }
    return PREFIX + value.toString(16);
}

const CACHE = getVersion();

self.addEventListener("install", (event) => {
    const requests = FILES.map((url) => new Request(url, {cache: "reload"}));
    event.waitUntil(
        caches
            .open(CACHE)
            .then((cache) => cache.addAll(requests))
            .then(() => self.skipWaiting())
    );
});

self.addEventListener("activate", (event) => {
    const forget = (names) =>
        Promise.all(
            names
                .filter((name) => name.startsWith(PREFIX) && name !== CACHE)
                .map((name) => caches.delete(name))
        );
    event.waitUntil(
        caches
            .keys()
            .then(forget)
            .then(() => self.clients.claim())
    );
});

/** The page of now; without the network, or too late, the kept one. */
async function getPage(request, path) {
    const cache = await caches.open(CACHE);
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(), PATIENCE);
    try {
        const response = await fetch(request, {signal: controller.signal});
        if (response.ok && !response.redirected) {
            await cache.put(path, response.clone());
        }
        return response;
    } catch (error) {
        const kept = await cache.match(path);
        if (!kept) {
            throw error;
        }
        return kept;
    } finally {
        clearTimeout(timer);
    }
}

async function getFile(request, path) {
    const cache = await caches.open(CACHE);
    return (await cache.match(path)) || fetch(request);
}

self.addEventListener("fetch", (event) => {
    const {request} = event;
    const url = new URL(request.url);
    const path = url.pathname;
    const isOurs = url.origin === self.location.origin && FILES.includes(path);
    if (request.method !== "GET" || !isOurs) {
        return;
    }
    const answer = request.mode === "navigate" ? getPage : getFile;
    event.respondWith(answer(request, path));
});
