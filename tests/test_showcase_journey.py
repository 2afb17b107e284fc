# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A report on a phone without a network; a manager who reads figures and takes them."""

import csv
import itertools
import time
from datetime import datetime, timedelta

import pytest

from .live.visitor import PHONE

TURNS = itertools.count(1)
SHOWCASE, FIGURES = "pharma.showcase", "pharma.showcase.report"
NETWORK = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}

SAYS = """(selector, text) =>
    [...document.querySelectorAll(selector)].some((item) =>
        item.offsetParent && item.textContent.includes(text))"""
VALUE = "(selector) => document.querySelector(selector)?.value"
IS_SENT = "() => Boolean(document.querySelector('.o_pharma_sent'))"
TOTALS = """() => {
    const cells = document.querySelectorAll(".o_pivot tbody tr:first-child td");
    const labels = document.querySelectorAll(".o_pivot thead tr:last-child th");
    const numbers = [...cells].map((cell) => cell.textContent.trim());
    return numbers.length && Object.fromEntries(
        [...labels].map((label, index) => [label.textContent.trim(), numbers[index]]));
}"""

#: Seconds until the first page is there, whose files a fresh database makes first.
FIRST = 240

#: The spreadsheet behind the dashboard's drawing, once it has read its figures.
DASHBOARD = """() => {
    const walk = (node) => {
        const model = node.component.props?.model || node.component.model;
        if (model?.getters?.getEvaluatedCell) {
            return model;
        }
        return Object.values(node.children).map(walk).find(Boolean);
    };
    const root = window.odoo?.__WOWL_DEBUG__?.root;
    const model = root && walk(root.__owl__);
    if (!model) {
        return null;
    }
    const {getters} = model;
    const sheet = getters.getActiveSheetId();
    const cell = (col, row) => getters.getEvaluatedCell({sheetId: sheet, col, row});
    const rows = [];
    for (let row = 22; row < 30; row++) {
        rows.push([7, 8, 9, 10, 11].map((col) => cell(col, row).value));
    }
    const isReady = rows.some(([name]) => name) && rows.flat().every((value) =>
        !String(value).startsWith("Loading"));
    const pivot = getters.getPivotIds().find(
        (id) => String(getters.getPivotFormulaId(id)) === "11");
    return isReady && {rows, domain: getters.getPivotComputedDomain(pivot)};
}"""

REPORTS = """
    SELECT r.state, r.filed_at < r.submitted_at, l.interest, l.questions
      FROM pharma_call_report r
      JOIN pharma_showcase_line l ON l.showcase_id = r.showcase_id
     WHERE r.showcase_id = %s
"""


@pytest.fixture
def sign_in(open_browser, people, page_servers):
    """Return a function that opens a browser in which somebody is signed in."""

    def make(name, size=None):
        page = open_browser().page
        server = page_servers[0]
        page.command(
            "Network.setCookie",
            name="session_id",
            value=people.session(name, server),
            url=server.address,
        )
        if size:
            page.resize(*size)
        return page, server.address

    return make


@pytest.fixture
def call(sales, team):
    """A call of the fourth representative that has just ended."""
    product = sales.create("product.product", name=sales.name("Live Product"))
    # each has a time of its own
    start = datetime.now() - timedelta(hours=2 * next(TURNS))
    return sales.create(
        SHOWCASE,
        doctor_id=sales.create_doctor(territory_id=team[0]),
        representative_id=team[1]["rep4"],
        start=start.strftime("%Y-%m-%d %H:%M:%S"),
        duration=10,
        state="confirmed",
        line_ids=[(0, 0, {"product_id": product})],
    )


def cut(page, is_off):
    """Take the network from a page, or give it back."""
    page.command("Network.enable")
    page.command("Network.emulateNetworkConditions", offline=is_off, **NETWORK)


def open_report(page, address, call):
    page.go(f"{address}/odoo/my-showcases/{call}/call-report")
    page.place(".o_pharma_product [data-level='4']", seconds=FIRST)


def type_report(page):
    """Type what a report needs, and a question."""
    page.click(".o_pharma_product [data-level='4']")
    page.click(".o_pharma_ask")
    page.click(".o_pharma_product textarea")
    page.type("Which dose?")
    page.click(".o_pharma_event_no")
    page.click("[data-step='none']")


def wait_for_report(database, call, seconds=20):
    """Return the lines of the call's report, once it has arrived."""
    deadline = time.monotonic() + seconds
    while not (found := database.query(REPORTS, call)):
        assert time.monotonic() < deadline, "The report has not arrived."
        time.sleep(0.2)
    return found


def test_what_is_typed_without_a_network_arrives_later(sign_in, call, database):
    page, address = sign_in("rep4", PHONE)
    open_report(page, address, call)
    cut(page, True)
    type_report(page)
    page.click(".o_pharma_file")
    page.wait_for(SAYS, ".o_pharma_where", "as soon as there is a network")
    assert database.query(REPORTS, call) == []
    time.sleep(1.5)  # it is filed when it was typed, not when it arrived
    cut(page, False)
    page.wait_for(IS_SENT, seconds=45)
    ((state, is_earlier, interest, question),) = wait_for_report(database, call)
    assert (state, interest, question) == ("submitted", 4, "Which dose?")
    assert is_earlier


def test_a_page_that_is_closed_loses_nothing(sign_in, call, database):
    page, address = sign_in("rep4", PHONE)
    open_report(page, address, call)
    cut(page, True)
    type_report(page)
    page.wait_for(SAYS, ".o_pharma_where", "Saved on this device")
    page.go("about:blank")
    cut(page, False)
    open_report(page, address, call)
    assert page.run(VALUE, ".o_pharma_product textarea") == "Which dose?"
    cut(page, True)
    page.click(".o_pharma_file")
    page.wait_for(SAYS, ".o_pharma_where", "as soon as there is a network")
    page.go("about:blank")
    cut(page, False)
    page.go(f"{address}/odoo/my-showcases")
    assert wait_for_report(database, call, 45)[0][2:] == (4, "Which dose?")


def test_a_manager_reads_the_dashboard(sign_in, sales, call):
    """Its figures are the pivot's, under the same filter."""
    domain = [("name", "=", "Showcases")]
    (dashboard,) = sales.do("spreadsheet.dashboard", "search", domain)
    page, address = sign_in("sales")
    page.go(f"{address}/odoo/dashboards?dashboard_id={dashboard}&debug=1")
    shown = page.wait_for(DASHBOARD, seconds=FIRST)
    measures = ["held_count:sum", "declined_count:sum", "success_rate:avg"]
    rows = sales.do(
        FIGURES,
        "formatted_read_group",
        domain=shown["domain"],
        groupby=["representative_id"],
        aggregates=measures,
    )
    expected = {
        row["representative_id"][1]: [row[name] or 0 for name in measures]
        for row in rows
    }
    found = {name: numbers for name, *numbers in shown["rows"] if name in expected}
    assert found
    for name, numbers in found.items():
        said = [number or 0 for number in numbers[: len(measures)]]
        assert said == pytest.approx(expected[name]), name
    assert page.errors == []


def test_a_manager_takes_the_figures_along(sign_in, sales, call, folder):
    """The pivot's totals are those of the rows in the file."""
    page, address = sign_in("sales")
    files = folder / "downloads"
    page.command(
        "Browser.setDownloadBehavior", behavior="allow", downloadPath=str(files)
    )
    page.go(f"{address}/odoo/pharma-calls-analysis")
    totals = page.wait_for(TOTALS, seconds=FIRST)
    page.click(".o_switch_view.o_list")
    page.click("thead .o_list_record_selector input")
    if page.run("() => Boolean(document.querySelector('.o_select_domain'))"):
        page.click(".o_select_domain")
    page.click(".o_cp_action_menus button", "Actions")
    page.click(".o-dropdown--menu .o_menu_item", "Export to CSV")
    deadline = time.monotonic() + 30
    while not (found := list(files.glob("*.csv"))):
        assert time.monotonic() < deadline, "There is no file."
        time.sleep(0.2)
    with found[0].open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    states = [row["State"] for row in rows]
    assert totals["Calls"].replace(",", "") == str(len(rows))
    assert totals["Held"].replace(",", "") == str(states.count("Done"))
    assert totals["Declined"].replace(",", "") == str(states.count("Declined"))
    assert page.errors == []
