/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

/** Return the middle of an element. */
export function centerOf(element) {
    const {x, y, width, height} = element.getBoundingClientRect();
    return [x + width / 2, y + height / 2];
}

const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));

/** Wait until what `find` returns stands still; return its middle. */
export async function findStill(find) {
    let last = "";
    for (let still = 0; still < 10; ) {
        await frame();
        const place = String(centerOf(find()));
        still = place === last ? still + 1 : 0;
        last = place;
    }
    return centerOf(find());
}

function dispatch(target, kind, [clientX, clientY]) {
    const isUp = kind === "up";
    const options = {
        bubbles: true,
        cancelable: true,
        view: window,
        clientX,
        clientY,
        button: 0,
        buttons: isUp ? 0 : 1,
    };
    const pointer = {...options, pointerId: 1, pointerType: "mouse", isPrimary: true};
    target.dispatchEvent(new PointerEvent(`pointer${kind}`, pointer));
    target.dispatchEvent(new MouseEvent(`mouse${kind}`, options));
}

/** Press at one place, move along others and release at the last, as a mouse does. */
export async function drag(from, ...stops) {
    const source = document.elementFromPoint(...from);
    dispatch(source, "down", from);
    const steps = 6;
    let last = from;
    for (const stop of stops) {
        for (let step = 1; step <= steps; step++) {
            await frame();
            const place = last.map(
                (value, axis) => value + ((stop[axis] - value) * step) / steps
            );
            dispatch(document.elementFromPoint(...place) || source, "move", place);
        }
        last = stop;
    }
    await frame();
    const to = last;
    dispatch(document.elementFromPoint(...to) || source, "up", to);
}

/** Press and release at once, as a click does. */
export function tap(place) {
    const target = document.elementFromPoint(...place);
    dispatch(target, "down", place);
    dispatch(target, "up", place);
    const [clientX, clientY] = place;
    target.dispatchEvent(
        new MouseEvent("click", {bubbles: true, view: window, clientX, clientY})
    );
}

/** Return the visible event of a patient. */
export function findEvent(selector, patient) {
    return [...document.querySelectorAll(selector)].find((element) =>
        element.textContent.includes(patient)
    );
}
