/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {Component, markup, onWillStart, useState} from "@odoo/owl";
import {serializeDate} from "@web/core/l10n/dates";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {KeepLast} from "@web/core/utils/concurrency";
import {useService} from "@web/core/utils/hooks";
import {formatFloat} from "@web/views/fields/formatters";
import {Layout} from "@web/search/layout";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {QueueChart} from "@clinic_queue/dashboard/queue_chart";
import {formatShare, judgeBand} from "@clinic_queue/dashboard/queue_figures";
import {formatMinutes} from "@clinic_queue/desk/desk_words";

const {DateTime} = luxon;

/** Periods that end today, by their days. */
const PERIODS = [
    {days: 1, label: _t("Today")},
    {days: 7, label: _t("7 days")},
    {days: 30, label: _t("30 days")},
    {days: 90, label: _t("90 days")},
];

/** Figures of the cards: what is better, less or more, and how they are written. */
const CARDS = [
    {name: "people", label: _t("People"), format: "count"},
    {name: "in_target", label: _t("Seen within target"), format: "share", better: 1},
    {name: "left", label: _t("Left without being seen"), format: "share", better: -1},
    {name: "median", label: _t("Median wait"), format: "minutes", better: -1},
    {
        name: "ninety",
        label: _t("9 of 10 waited at most"),
        format: "minutes",
        better: -1,
    },
    {name: "longest", label: _t("Longest wait"), format: "minutes", better: -1},
    {name: "overtakes", label: _t("Overtaken by, on average"), format: "number"},
];

const FORMATS = {
    count: (value) => `${value}`,
    number: (value) => formatFloat(value, {digits: [16, 1]}),
    share: formatShare,
    minutes: (value) => formatMinutes(Math.round(value)),
    difference: (value) => _t("%s min", formatFloat(value, {digits: [16, 0]})),
};

/** Write a figure; what nobody knows is a dash. */
export function format(kind, value) {
    return value === null || value === undefined ? "–" : `${FORMATS[kind](value)}`;
}

/** How people waited in a period, for managers. */
export class QueueDashboard extends Component {
    static template = "clinic_queue.QueueDashboard";
    static components = {Layout, QueueChart};
    static props = {...standardActionServiceProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.keepLast = new KeepLast();
        this.periods = PERIODS;
        this.format = format;
        this.state = useState({days: 30, queueId: null, figures: null});
        onWillStart(() => this.load());
    }

    get display() {
        return {controlPanel: {}};
    }

    async load() {
        const {days, queueId} = this.state;
        const today = DateTime.local();
        const from = today.minus({days: days - 1});
        this.state.figures = await this.keepLast.add(
            this.orm.call("clinic.queue.report", "get_dashboard", [
                serializeDate(from),
                serializeDate(today),
                queueId,
            ])
        );
    }

    async setPeriod(days) {
        this.state.days = days;
        await this.load();
    }

    async setQueue(value) {
        this.state.queueId = Number(value) || null;
        await this.load();
    }

    get cards() {
        const {total, before} = this.state.figures;
        return CARDS.map((card) => {
            const value = total?.[card.name];
            const old = before?.[card.name];
            return {
                ...card,
                text: format(card.format, value),
                old: _t("before: %s", format(card.format, old)),
                trend: this.getTrend(card, value, old),
            };
        });
    }

    /** Say whether a figure got better, in a word and an icon: never by colour alone. */
    getTrend({better}, value, old) {
        const isKnown = ![value, old].some(
            (item) => item === null || item === undefined
        );
        if (!isKnown || value === old) {
            return null;
        }
        const icon = value > old ? "fa-arrow-up" : "fa-arrow-down";
        if (!better) {
            return {
                icon,
                style: "text-muted",
                label: value > old ? _t("more") : _t("less"),
            };
        }
        const isBetter = value > old === better > 0;
        return isBetter
            ? {icon, style: "text-success", label: _t("better")}
            : {icon, style: "text-danger", label: _t("worse")};
    }

    get compliance() {
        const {levels} = this.state.figures;
        return {
            labels: levels.map((level) => level.name),
            label: _t("Seen within target"),
            values: levels.map((level) => level.in_target),
            lines: [
                {
                    label: _t("To be reached"),
                    values: levels.map((level) => level.threshold),
                },
            ],
            percent: true,
        };
    }

    get arrivals() {
        const {hours, by_hour: values} = this.state.figures.peaks;
        return {
            labels: hours.map((hour) => `${hour}:00`),
            label: _t("Per day"),
            values,
        };
    }

    /** How dark a cell is: the busiest hour is the darkest. */
    getHeat(value) {
        const all = this.state.figures.peaks.weekdays.flatMap((day) => day.values);
        const share = value / Math.max(...all, 1);
        return `--o-clinic-heat: ${Math.round(60 * share)}%`;
    }

    isReached(level) {
        return level.threshold === null || level.in_target >= level.threshold;
    }

    getReached(level) {
        return this.isReached(level) ? _t("Reached") : _t("Missed");
    }

    /** How many wait at this moment, and for how long the longest of them. */
    get now() {
        const {waiting, longest, overdue} = this.state.figures.now;
        if (!waiting) {
            return _t("Nobody waits now.");
        }
        const values = {
            waiting: markup`<b>${waiting}</b>`,
            longest: format("minutes", longest),
            overdue: markup`<b class="text-danger">${overdue}</b>`,
        };
        return overdue
            ? _t(
                  "%(waiting)s waiting now, the longest for %(longest)s, %(overdue)s beyond the target",
                  values
              )
            : _t("%(waiting)s waiting now, the longest for %(longest)s", values);
    }

    get explanation() {
        const {equal_overtakes: count} = this.state.figures.total;
        return _t(
            '"In time" is the share of those who were seen. Who left is not in it, and stands beside it. "Overtaken" is by how many who came later; of these, %s on average had no other level.',
            format("number", count)
        );
    }

    /** Say whether waits that were shown keep what they promise, or which way not. */
    getVerdict(line) {
        return judgeBand(line);
    }

    /** A quiet hour is left blank: what there is stands out. */
    getCount(value) {
        return value ? format("number", value) : "";
    }

    openAnalysis() {
        return this.action.doAction("clinic_queue.clinic_queue_report_action");
    }

    openRoom() {
        return this.action.doAction("clinic_queue.clinic_queue_ticket_action");
    }
}

registry.category("actions").add("clinic_queue.dashboard", QueueDashboard);
