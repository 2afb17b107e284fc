/* Copyright 2026 Clinic Suite contributors
 * License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl). */

import {
    Component,
    onMounted,
    onWillUnmount,
    useEffect,
    useRef,
    useState,
} from "@odoo/owl";
import {Dropdown} from "@web/core/dropdown/dropdown";
import {DropdownItem} from "@web/core/dropdown/dropdown_item";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {groupBy} from "@web/core/utils/arrays";
import {useService} from "@web/core/utils/hooks";
import {Layout} from "@web/search/layout";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {CurrentVisit} from "./current_visit";
import {DeskChooser} from "./desk_chooser";
import {useDeskDialogs} from "./desk_dialogs";
import {useDeskState} from "./desk_state";
import {
    formatAlarm,
    formatMinutes,
    formatTime,
    formatUnheeded,
    getOverdue,
} from "./desk_words";
import {QueueList} from "./queue_list";

/** With more to look at than this, the rest folds: the queue stays in view. */
export const DUE_SHOWN = 3;

/** Whoever is to be looked at and is not for so many minutes stands out. */
export const LATE_MINUTES = 15;

/** Nobody knows how urgent they are: until triage they count as of this level. */
const UNKNOWN_LEVEL = 3;

/** The screen on which staff of a queue work all day. */
export class DeskScreen extends Component {
    static template = "clinic_queue.DeskScreen";
    static components = {
        ...{CurrentVisit, DeskChooser, Dropdown, DropdownItem},
        ...{Layout, QueueList},
    };
    static props = {...standardActionServiceProps};

    setup() {
        this.action = useService("action");
        this.drag = {isOn: false};
        const {state, clock} = useDeskState(() => this.drag.isOn);
        this.state = state;
        this.clock = clock;
        this.dialogs = useDeskDialogs(state);
        this.due = useState({isOpen: false});
        this.formatAlarm = formatAlarm;
        this.keepFocus();
        const alerts = useService("clinic_queue_alerts");
        onMounted(() => (alerts.isAtDesk = true));
        onWillUnmount(() => (alerts.isAtDesk = false));
    }

    /** A step replaces the button that took it: the keyboard goes on nearby. */
    keepFocus() {
        const main = useRef("main");
        useEffect(
            (isBusy) => {
                const isLost = document.activeElement === document.body;
                if (!isBusy && isLost && this.hasActed) {
                    main.el?.querySelector(".o_queue_main_button")?.focus();
                }
                this.hasActed = isBusy;
            },
            () => [this.state.isBusy]
        );
    }

    get data() {
        return this.state.data;
    }

    get next() {
        return this.state.next;
    }

    /** Said to who does not look at the screen. */
    get said() {
        if (!this.data.desk || this.data.current.length) {
            return "";
        }
        return this.next
            ? _t("Next: %s", this.next.name)
            : _t("Nobody waits for this desk");
    }

    get counts() {
        const late = this.data.waiting.filter((row) => row.is_overdue).length;
        const waiting = this.data.waiting.length;
        return late
            ? _t("%(waiting)s waiting, %(late)s overdue", {waiting, late})
            : _t("%s waiting", waiting);
    }

    get skills() {
        return this.data.desk.skills.join(", ") || _t("Everything its queues serve");
    }

    getSince(alarm) {
        return _t("Since %s.", formatTime(alarm.since));
    }

    /** Whether somebody goes to whom must be seen at once. */
    getGoing(alarm) {
        const {alarm_taken_by: who, alarm_taken_at: moment} = alarm;
        if (!who) {
            return _t("Nobody is going yet.");
        }
        return alarm.is_unheeded
            ? formatUnheeded(who, moment)
            : _t("%(who)s is on the way since %(time)s.", {
                  who,
                  time: formatTime(moment),
              });
    }

    get dueTitle() {
        return _t("Look at them now (%s)", this.data.due.length);
    }

    /** Whom to look at now, the most urgent first, then who is due the longest. */
    get dueRows() {
        const getLevel = (row) => (row.level ? row.level_code : UNKNOWN_LEVEL);
        // What folds is never more urgent than what is to be seen
        const due = [...this.data.due].sort((a, b) => getLevel(a) - getLevel(b));
        return this.due.isOpen ? due : due.slice(0, DUE_SHOWN);
    }

    /** For how long nobody has looked, in minutes. */
    getOverdue(row) {
        // Reading the clock renders the list anew as time goes on
        return getOverdue(row.due_at, Math.max(this.clock.now, this.state.seconds));
    }

    isLate(row) {
        return this.getOverdue(row) >= LATE_MINUTES;
    }

    getDueLabel(row) {
        const minutes = this.getOverdue(row);
        if (!minutes) {
            return row.level
                ? _t("to be looked at again, due now")
                : _t("to be triaged, due now");
        }
        const time = formatMinutes(minutes);
        return row.level
            ? _t("to be looked at again, %s overdue", time)
            : _t("to be triaged, %s overdue", time);
    }

    get hasMoreDue() {
        return this.data.due.length > DUE_SHOWN;
    }

    get moreDueLabel() {
        return this.due.isOpen
            ? _t("Show fewer")
            : _t("Show %s more", this.data.due.length - DUE_SHOWN);
    }

    toggleDue() {
        this.due.isOpen = !this.due.isOpen;
    }

    /** Whom no open desk calls, by what keeps them. */
    get unserved() {
        const {alarms, unserved, waiting} = this.data;
        const rows = [...alarms, ...waiting];
        const groups = Object.entries(groupBy(unserved, "why"));
        return groups.map(([why, found]) => ({
            why,
            names: found.map(({name}) => name).join(", "),
            // Few can be sent on one by one; for many, a desk is to be opened
            tickets:
                found.length > DUE_SHOWN
                    ? []
                    : rows.filter((row) => found.some(({id}) => id === row.id)),
        }));
    }

    get unservedTitle() {
        return _t("No open desk calls them (%s)", this.data.unserved.length);
    }

    getTransferLabel(ticket) {
        return _t("Transfer %s", ticket.name);
    }

    /** Whoever is at the desk is parked for who cannot wait: the button says so. */
    getTakeLabel({name: alarm}) {
        const [other] = this.data.current;
        return other
            ? _t("Park %(other)s and take %(alarm)s", {other: other.name, alarm})
            : _t("Take %(alarm)s to %(desk)s", {alarm, desk: this.data.desk.name});
    }

    /** Anybody may raise the alarm; only the level takes somebody trained. */
    get emergencyQueues() {
        return this.data.queues;
    }

    giveNumber() {
        this.action.doAction("clinic_queue.clinic_queue_join_action", {
            onClose: () => this.state.load(),
        });
    }

    configure() {
        this.action.doAction("clinic_queue.clinic_queue_desk_action");
    }

    takeBack(ticket) {
        const method = ticket.state === "parked" ? "unpark" : "take_back";
        const done = _t("%s is back in the line.", ticket.name);
        return this.state.actOnTicket(ticket, method, [], done);
    }
}

registry.category("actions").add("clinic_queue.desk_screen", DeskScreen);
