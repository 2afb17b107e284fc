/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

/** Size of the drawings and of their margins, in the units of their viewBox. */
const WIDTH = 320;
const HEIGHT = 240;
const MARGIN = {left: 40, right: 24, top: 10, bottom: 34};

const KINDS = {
    logistic: () => _t("Logistic regression"),
    table: () => _t("Shares by lead time"),
    constant: () => _t("One share for everybody"),
};

function percent(share) {
    return `${Math.round(share * 100)} %`;
}

/** Return round marks from 0 to at least `top`, four or five of them. */
export function makeTicks(top) {
    const step = [0.02, 0.05, 0.1, 0.2, 0.25].find((each) => each * 5 >= top) || 0.25;
    const count = Math.max(1, Math.ceil(top / step - 1e-9));
    return Array.from({length: count + 1}, (_, i) => i * step);
}

/** Return AUC and slope; one share for everybody tells nobody apart, and has none. */
export function getRanking(kind, {auc, slope}) {
    return kind === "constant" ? [null, null] : [auc, slope];
}

/** Draws how good a model is: figures of each kind, calibration, weeks. */
export class ModelCard extends Component {
    static template = "clinic_scheduling.ModelCard";
    static props = {...standardFieldProps};

    setup() {
        this.width = WIDTH;
        this.height = HEIGHT;
        this.margin = MARGIN;
        this.percent = percent;
    }

    get figures() {
        return this.props.record.data[this.props.name] || {};
    }

    /** One row for each kind that was tested. */
    get rows() {
        const tested = this.figures.kinds || {};
        const kinds = Object.keys(KINDS).filter((kind) => tested[kind]);
        const number = (value, digits) =>
            value === null ? "–" : value.toFixed(digits);
        return kinds.map((kind) => {
            const {brier, ece, expected, observed} = tested[kind];
            const [auc, slope] = getRanking(kind, tested[kind]);
            return {
                key: kind,
                label: KINDS[kind](),
                isUsed: this.props.record.data.kind === kind,
                cells: [
                    number(brier, 4),
                    number(auc, 3),
                    number(ece, 4),
                    number(slope, 2),
                    `${percent(expected)} / ${percent(observed)}`,
                ],
            };
        });
    }

    get headings() {
        return [
            _t("Brier"),
            _t("AUC"),
            _t("Calibration error"),
            _t("Slope"),
            _t("Expected / seen"),
        ];
    }

    x(share) {
        const {left, right} = MARGIN;
        return left + share * (WIDTH - left - right);
    }

    y(share) {
        const {top, bottom} = MARGIN;
        return HEIGHT - bottom - share * (HEIGHT - top - bottom);
    }

    /** The calibration groups, in the units of the drawing. */
    get calibration() {
        const bins = this.figures.bins || [];
        const highest = Math.max(0, ...bins.flatMap((b) => [b.expected, b.observed]));
        const ticks = makeTicks(highest);
        const top = ticks.at(-1);
        const largest = Math.max(1, ...bins.map((bin) => bin.count));
        return {
            ticks: ticks.map((value) => ({
                label: percent(value),
                x: this.x(value / top),
                y: this.y(value / top),
            })),
            points: bins.map((bin, key) => ({
                key,
                x: this.x(bin.expected / top),
                y: this.y(bin.observed / top),
                r: 3 + 4 * Math.sqrt(bin.count / largest),
                title: _t(
                    "%(count)s visits: expected %(expected)s, seen %(observed)s",
                    {
                        count: bin.count,
                        expected: percent(bin.expected),
                        observed: percent(bin.observed),
                    }
                ),
            })),
        };
    }

    /** Expected and observed share of each tested week. */
    get weeks() {
        const weeks = this.figures.weeks || [];
        const shares = weeks.map((week) => ({
            expected: week.expected / week.count,
            observed: week.observed / week.count,
        }));
        const highest = Math.max(0, ...shares.flatMap((s) => [s.expected, s.observed]));
        const ticks = makeTicks(highest);
        const top = ticks.at(-1);
        const at = (i) => this.x((i + 0.5) / Math.max(1, weeks.length));
        return {
            ticks: ticks.map((v) => ({label: percent(v), y: this.y(v / top)})),
            expected: shares.map((s, i) => `${at(i)},${this.y(s.expected / top)}`),
            points: weeks.map((week, i) => ({
                key: week.period,
                x: at(i),
                y: this.y(shares[i].observed / top),
                title: _t("Week of %(day)s: expected %(expected)s, seen %(observed)s", {
                    day: week.period,
                    expected: percent(shares[i].expected),
                    observed: percent(shares[i].observed),
                }),
            })),
            first: weeks[0]?.period,
            last: weeks.at(-1)?.period,
        };
    }
}

export const modelCard = {
    component: ModelCard,
    displayName: _t("Model card"),
    supportedTypes: ["json"],
};

registry.category("fields").add("clinic_model_card", modelCard);
