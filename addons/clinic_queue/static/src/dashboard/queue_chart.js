/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

/* global Chart */

import {Component, onWillStart, useEffect, useRef} from "@odoo/owl";
import {loadBundle} from "@web/core/assets";
import {cookie} from "@web/core/browser/cookie";
import {getColor, getCustomColor} from "@web/core/colors/colors";

/**
 * A bar chart beside a table that says the same: it is hidden from screen readers.
 *
 * `lines` are drawn over the bars; `percent` says that values are shares of 1.
 */
export class QueueChart extends Component {
    static template = "clinic_queue.QueueChart";
    static props = {
        labels: Array,
        label: String,
        values: Array,
        lines: {type: Array, optional: true},
        percent: {type: Boolean, optional: true},
    };
    static defaultProps = {lines: [], percent: false};

    setup() {
        this.canvas = useRef("canvas");
        onWillStart(() => loadBundle("web.chartjs_lib"));
        useEffect(
            () => {
                const chart = new Chart(this.canvas.el, this.config);
                return () => chart.destroy();
            },
            () => [JSON.stringify(this.props)]
        );
    }

    get scheme() {
        return cookie.get("color_scheme");
    }

    get textColor() {
        return getCustomColor(this.scheme, "#111827", "#E4E4E4");
    }

    get datasets() {
        const {label, values, lines} = this.props;
        const bars = {
            label,
            data: values,
            backgroundColor: getColor(0, this.scheme, "odoo"),
            order: 1,
        };
        const marks = lines.map((line) => ({
            type: "line",
            label: line.label,
            data: line.values,
            showLine: false,
            pointStyle: "line",
            pointRadius: 14,
            borderWidth: 3,
            borderColor: this.textColor,
        }));
        return [...marks, bars];
    }

    get config() {
        const text = this.textColor;
        const grid = getCustomColor(this.scheme, "#d8dadd", "#3C3E4B");
        const {percent, labels, lines} = this.props;
        const whole = {minimumFractionDigits: 0, maximumFractionDigits: 0};
        const format = percent ? {style: "percent", ...whole} : {};
        return {
            type: "bar",
            data: {labels, datasets: this.datasets},
            options: {
                maintainAspectRatio: false,
                animation: false,
                plugins: {
                    legend: {
                        display: lines.length > 0,
                        labels: {color: text, usePointStyle: true},
                    },
                },
                scales: {
                    x: {ticks: {color: text}, grid: {display: false}},
                    y: {
                        beginAtZero: true,
                        max: percent ? 1 : undefined,
                        ticks: {color: text, format},
                        grid: {color: grid},
                    },
                },
            },
        };
    }
}
