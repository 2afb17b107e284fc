/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

/* global ZXing */

/** White modules around the code, as readers need them. */
const QUIET = 4;

/**
 * Draw a QR code without the network.
 *
 * @param {string} text
 * @returns {string} a `data:` address of an SVG
 */
export function drawCode(text) {
    const {QRCodeDecoderErrorCorrectionLevel: levels, QRCodeEncoder: encoder} = ZXing;
    const matrix = encoder.encode(text, levels.M).getMatrix();
    const size = matrix.getWidth();
    let path = "";
    for (let y = 0; y < size; y++) {
        for (let x = 0; x < size; x++) {
            if (matrix.get(x, y)) {
                path += `M${x + QUIET} ${y + QUIET}h1v1h-1z`;
            }
        }
    }
    const side = size + 2 * QUIET;
    const image =
        `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${side} ${side}" ` +
        `shape-rendering="crispEdges"><rect width="${side}" height="${side}" ` +
        `fill="#fff"/><path d="${path}"/></svg>`;
    return `data:image/svg+xml;base64,${btoa(image)}`;
}
