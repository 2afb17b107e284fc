// Copyright 2026 Clinic Suite contributors
// License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

// Runs before a page's own scripts: its clock and timers go faster, and what it asks
// the server is answered here while `night.isFake`.
(() => {
    const real = {
        now: Date.now,
        fetch: window.fetch.bind(window),
        setTimeout: window.setTimeout.bind(window),
        clearTimeout: window.clearTimeout.bind(window),
    };
    const intervals = new Map();
    let moment = real.now();
    let since = moment;
    let lastInterval = 1e9;
    const night = {speed: 1, isFake: false, answered: 0, state: null};
    Object.assign(window, {night});

    Date.now = () => {
        const now = real.now();
        moment += (now - since) * night.speed;
        since = now;
        return Math.round(moment);
    };
    night.setSpeed = (speed) => {
        Date.now();
        night.speed = speed;
    };
    window.setTimeout = (call, delay = 0, ...values) =>
        real.setTimeout(call, delay / night.speed, ...values);
    window.setInterval = (call, delay, ...values) => {
        const id = ++lastInterval;
        const plan = () => {
            const timer = real.setTimeout(() => {
                if (intervals.has(id)) {
                    plan();
                    call(...values);
                }
            }, delay / night.speed);
            intervals.set(id, timer);
        };
        plan();
        return id;
    };
    window.clearInterval = (id) => {
        real.clearTimeout(intervals.get(id));
        intervals.delete(id);
    };

    // A busy room: each answer is another one
    const makeState = (turn) => {
        const number = (shift) => `J-${String((turn + shift) % 1000).padStart(3, "0")}`;
        const [call] = night.state.called;
        const called = [0, 1, 2, 3, 4, 5].slice(0, 1 + (turn % 6)).map((place) => ({
            ...call,
            number: number(place),
            key: `${number(place)}/${turn}`,
            is_here: place > 3,
        }));
        const next = [6, 7, 8, 9, 10].map(number);
        const wait = [300 * (turn % 30), 300 * (1 + (turn % 30))];
        return {
            ...night.state,
            called,
            queues: [{letter: "J", next, wait}],
            is_emergency: turn % 7 === 0,
        };
    };
    window.fetch = async (address, options) => {
        if (!String(address).endsWith("/state")) {
            return real.fetch(address, options);
        }
        if (night.isFake) {
            night.answered += 1;
            // Now and then an answer is lost
            if (night.answered % 50 === 0) {
                throw new TypeError("lost");
            }
            return new Response(JSON.stringify(makeState(night.answered)));
        }
        const response = await real.fetch(address, options);
        if (response.ok) {
            night.state = await response.clone().json();
        }
        return response;
    };
})();
