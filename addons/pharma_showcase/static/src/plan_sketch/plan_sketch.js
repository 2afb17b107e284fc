/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {Component, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {deserializeDate, deserializeDateTime} from "@web/core/l10n/dates";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

/** The drawing's width; what lies around its outermost points. */
const WIDTH = 600;
const MARGIN = 24;
/** A drawing is at most so much higher or flatter than it is wide. */
const SHAPE = [0.4, 1.2];
/** Each day has a colour of its own, as long as there are enough; 0 is grey. */
const COLORS = 11;

const isKnown = ([latitude, longitude]) => Boolean(latitude || longitude);
const radians = (degrees) => (degrees * Math.PI) / 180;

/** Return a function from coordinates to the drawing, and the drawing's height. */
export function project(points) {
    const middle = points.reduce((sum, [latitude]) => sum + latitude, 0);
    const squeeze = Math.cos(radians(middle / Math.max(points.length, 1)));
    const flat = points.map(([latitude, longitude]) => [longitude * squeeze, latitude]);
    const edge = (choose, axis) => choose(...flat.map((point) => point[axis]));
    const [left, right] = [edge(Math.min, 0), edge(Math.max, 0)];
    const [bottom, top] = [edge(Math.min, 1), edge(Math.max, 1)];
    const inner = WIDTH - 2 * MARGIN;
    const [least, most] = SHAPE.map((share) => share * inner);
    const scale = Math.min(
        inner / Math.max(right - left, 1e-4),
        most / Math.max(top - bottom, 1e-4)
    );
    const height = Math.max((top - bottom) * scale, least);
    const place = ([latitude, longitude]) => ({
        x: MARGIN + (longitude * squeeze - left) * scale,
        y: MARGIN + height / 2 + ((top + bottom) / 2 - latitude) * scale,
    });
    return {place, height: height + 2 * MARGIN};
}

/** The ways of a plan as a sketch: no map of anybody else's is asked for. */
export class PlanSketch extends Component {
    static template = "pharma_showcase.PlanSketch";
    static props = {...standardFieldProps};

    setup() {
        this.state = useState({chosen: ""});
        this.width = WIDTH;
    }

    get days() {
        const days = this.props.record.data[this.props.name] || [];
        return days.map((day, index) => ({...day, color: (index % COLORS) + 1}));
    }

    get shown() {
        const {chosen} = this.state;
        return this.days.filter(({id}) => !chosen || String(id) === chosen);
    }

    label(day) {
        const date = deserializeDate(day.day).toLocaleString({
            ...{weekday: "short", day: "numeric", month: "short"},
        });
        return `${date} · ${day.representative}`;
    }

    time(call) {
        return deserializeDateTime(call.start).toLocaleString({
            ...{hour: "2-digit", minute: "2-digit"},
        });
    }

    get title() {
        return _t("Ways of the representatives, drawn from coordinates");
    }

    /** What is drawn: each day's line, home and numbered calls. */
    get drawing() {
        const known = this.days.flatMap(({home, calls}) =>
            [home, ...calls.map(({point}) => point)].filter(isKnown)
        );
        const {place, height} = project(known);
        const days = this.shown.map((day) => {
            const calls = day.calls.map((call, index) => ({
                ...call,
                ...place(call.point),
                number: index + 1,
            }));
            const home = isKnown(day.home) && place(day.home);
            const ends = home ? [home] : [];
            const line = [...ends, ...calls, ...ends].map(({x, y}) => `${x},${y}`);
            return {...day, calls, home, line: line.join(" ")};
        });
        return {days, height};
    }
}

registry.category("fields").add("pharma_plan_sketch", {
    component: PlanSketch,
    supportedTypes: ["json"],
});
