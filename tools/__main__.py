# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Entry point: ``python3 -m tools COMMAND``; the Makefile calls it."""

import sys

if not ((3, 10) <= sys.version_info[:2] <= (3, 13)):
    version = "%d.%d" % sys.version_info[:2]
    sys.exit(
        "Python 3.10 to 3.13 is needed and this is %s: name another one, for example"
        " `make PYTHON=python3.12 ...`." % version
    )

from .cli import main  # noqa: E402

sys.exit(main())
