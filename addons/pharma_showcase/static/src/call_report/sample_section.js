/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {Component, onError, onMounted, useEffect, useState} from "@odoo/owl";
import {NameAndSignature} from "@web/core/signature/name_and_signature";
import {getMost, getPacks, setDrop} from "./call_draft";

/** One font is enough: the doctor draws the signature. */
const FONT = "ShadowsIntoLight-Regular.ttf";

/**
 * Samples that were handed out, by lot, against the doctor's signature; and those that
 * were asked for. The signature pad is there from the start, so that it works when the
 * network is gone.
 */
export class SampleSection extends Component {
    static template = "pharma_showcase.SampleSection";
    static components = {NameAndSignature};
    static props = {state: Object, stock: Array, products: Array};

    setup() {
        const {draft} = this.props.state;
        const isOpen = Boolean(draft.drops.length || draft.asked.length);
        this.state = useState({isOpen, isReady: false, hasPad: true});
        this.signature = useState({name: "", isSignatureEmpty: true});
        this.font = FONT;
        onMounted(() => (this.state.isReady = true));
        onError(() => (this.state.hasPad = false));
        useEffect(
            (isShown) => isShown && this.signature.resetSignature?.(),
            () => [this.isPadShown]
        );
    }

    get draft() {
        return this.props.state.draft;
    }

    get isPadShown() {
        const {drops, signature} = this.draft;
        return Boolean(this.state.isOpen && drops.length && !signature);
    }

    get total() {
        return this.draft.drops.reduce((sum, drop) => sum + drop.quantity, 0);
    }

    most(lot) {
        return getMost(lot, this.draft);
    }

    packs(lot) {
        return getPacks(this.draft, lot);
    }

    change(lot, step) {
        setDrop(this.draft, lot, this.packs(lot) + step);
        this.signature.resetSignature?.();
    }

    get isEmpty() {
        return this.signature.isSignatureEmpty;
    }

    /** The doctor is done: the signature is kept with the date. */
    sign() {
        this.draft.signature = this.signature.getSignatureImage();
        this.draft.signed_at = new Date().toISOString();
    }

    signAgain() {
        this.draft.signature = "";
    }

    ask(ev) {
        const id = Number(ev.target.value);
        const product = this.props.products.find((item) => item.id === id);
        if (product) {
            const {name} = product;
            this.draft.asked.push({product_id: id, product: name, quantity: 1});
        }
        ev.target.value = "";
    }

    askFor(item, step) {
        item.quantity = Math.max(item.quantity + step, 0);
        this.draft.asked = this.draft.asked.filter((asked) => asked.quantity);
    }
}
