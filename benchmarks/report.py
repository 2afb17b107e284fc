# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The result as a page of Markdown."""

from datetime import date
from pathlib import Path

from .parties.ours import Ours
from .parties.peer import Peer
from .parties.plain import Python, Statement
from .portal import ROUNDS
from .rate import CHUNK

TEXTS = Path(__file__).parent / "page"


def page(command, machine, verdicts, searches, pages, races, rates):
    """Return the page."""
    parts = [
        text(
            "introduction",
            command=command,
            date=date.today().isoformat(),
            machine="\n".join(f"| {name} | {value} |" for name, value in machine),
            verdicts=table(verdict_row, verdicts),
        )
    ]
    if searches:
        parts.append(text("search", rows=table(search_row, searches)))
    if pages:
        rows = table(page_row, pages)
        parts.append(text("page", rows=rows, rounds=ROUNDS))
    if races:
        parts.append(text("race", rows=table(race_row, races)))
    if rates:
        parts.append(text("rate", rows=table(rate_row, rates), chunk=CHUNK))
    return "\n".join(parts)


def text(name, **values):
    """Return one of the page's texts with its values."""
    return (TEXTS / f"{name}.md").read_text(encoding="utf-8").format(**values)


def table(make_row, findings):
    """Return the rows of a table."""
    return "\n".join(map(make_row, findings))


def verdict_row(verdict):
    """Return the row of one target."""
    return f"| {verdict.target} | {verdict.measured} | {word(verdict)} |"


def word(verdict):
    """Return "met" or "missed"."""
    return "met" if verdict.met else "**missed**"


def search_row(finding):
    """Return the row of one question."""
    names = (Ours.name, Python.name, Statement.name, Peer.name)
    ours, python, statement, peer = (milliseconds(finding.seconds[n]) for n in names)
    queries = " or ".join(map(str, sorted(finding.queries)))
    cells = [finding.question.title, f"{finding.free:,}", ours, queries, python]
    cells += [statement, peer]
    cells.append(f"{finding.ratio(Peer.name, Ours.name):.1f}")
    cells.append(f"{finding.ratio(Ours.name, Python.name):.1f}")
    return row(cells)


def page_row(finding):
    """Return the row of what a visitor looks at."""
    names = (Ours.name, Peer.name)
    cells = [finding.look.label, f"{finding.free:,}"]
    cells += [milliseconds(finding.seconds[name]) for name in names]
    cells.append(f"{finding.ratio(Peer.name, Ours.name):.1f}")
    cells += [f"{finding.sizes[name] / 1000:,.1f}" for name in names]
    cells.append(f"{finding.size_ratio(Peer.name, Ours.name):.0f}")
    return row(cells)


def race_row(finding):
    """Return the row of one party with one number of clients."""
    refused = [f"{name} ({count})" for name, count in finding.refusals.most_common()]
    cells = [finding.party, finding.clients, finding.rounds, finding.booked]
    cells += [finding.double, ", ".join(refused) or "–"]
    return row([*cells, f"{milliseconds(finding.slowest)} ms"])


def rate_row(finding):
    """Return the row of one party."""
    cells = [finding.title, f"{finding.rate:,.1f}"]
    cells += [milliseconds(finding.each(finding.odoo_cpu))]
    cells += [milliseconds(finding.each(finding.postgres_cpu))]
    return row([*cells, f"{finding.each(finding.queries):.0f}"])


def row(cells):
    """Return one row of a table."""
    return "| " + " | ".join(map(str, cells)) + " |"


def milliseconds(seconds):
    """Return seconds as milliseconds with two significant digits or more."""
    value = seconds * 1000
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 1 else f"{value:.2f}"
