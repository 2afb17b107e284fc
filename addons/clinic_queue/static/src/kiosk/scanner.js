/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

/* global ZXing */

import {Component, onMounted, onWillUnmount, useRef, useState} from "@odoo/owl";
import {buildZXingBarcodeDetector} from "@web/core/barcode/ZXingBarcodeDetector";

/** How often the camera's picture is looked at (ms). */
const PAUSE = 250;

/** The browser's own reader; many have none. */
function getDetector() {
    const Detector = globalThis.BarcodeDetector || buildZXingBarcodeDetector(ZXing);
    return new Detector({formats: ["qr_code"]});
}

/** Reads a QR code with the camera. */
export class Scanner extends Component {
    static template = "clinic_queue.KioskScanner";
    static props = {onScan: Function, failed: String};

    static isPossible() {
        return Boolean(navigator.mediaDevices?.getUserMedia);
    }

    setup() {
        this.video = useRef("video");
        this.state = useState({hasFailed: false});
        onMounted(() => this.start());
        onWillUnmount(() => this.stop());
    }

    async start() {
        try {
            this.stream = await navigator.mediaDevices.getUserMedia({
                video: {facingMode: "user"},
            });
            if (this.isStopped) {
                return this.stop();
            }
            this.video.el.srcObject = this.stream;
            await this.video.el.play();
            this.detector = getDetector();
            this.look();
        } catch {
            this.state.hasFailed = true;
        }
    }

    async look() {
        if (this.isStopped) {
            return;
        }
        const [found] = await this.detector.detect(this.video.el).catch(() => []);
        if (found?.rawValue && !this.isStopped) {
            return this.props.onScan(found.rawValue);
        }
        this.timer = setTimeout(() => this.look(), PAUSE);
    }

    stop() {
        this.isStopped = true;
        clearTimeout(this.timer);
        this.stream?.getTracks().forEach((track) => track.stop());
    }
}
