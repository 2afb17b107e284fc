# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What axe-core, a checker of pages for people with disabilities, finds in a page."""

import functools
import os
from pathlib import Path

from .settings import ROOT, MissingSetup

#: What keeps somebody from using a page, in axe-core's words.
GRAVE = ("serious", "critical")

FIND = """async (grave) => {
    const {violations} = await axe.run(document, {resultTypes: ["violations"]});
    return violations
        .filter(({impact}) => grave.includes(impact))
        .flatMap(({id, nodes}) =>
            nodes.map(({target, failureSummary}) =>
                `${id}: ${target.join(" ")}: ${failureSummary}`
            )
        );
}"""


@functools.cache
def read_axe():
    """Return the text of axe-core, a package of package.json."""
    folders = os.environ.get("NODE_PATH", "").split(os.pathsep)
    state = Path(os.environ.get("CLINIC_STATE") or ROOT / ".state")
    for folder in (*filter(None, folders), state / "node" / "node_modules"):
        path = Path(folder) / "axe-core" / "axe.min.js"
        if path.is_file():
            return path.read_text()
    raise MissingSetup("axe-core is not there: run `make test KIND=live`.")


def find_barriers(page):
    """Return what is serious or critical in the page that a browser shows."""
    page.command("Runtime.evaluate", expression=read_axe())
    return page.run(FIND, GRAVE)
