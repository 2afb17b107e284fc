# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import pytest

from tools import debian

ADDRESS = "http://mirror.test/debian"
KEYS = "/usr/share/keyrings/archive.gpg"
DEB822 = f"""\
Types: deb
# a comment
URIs: {ADDRESS}
Suites: bookworm bookworm-updates
Components: main contrib
Signed-By: {KEYS}

Types: deb
URIs: {ADDRESS}-security
Suites: bookworm-security
Components: main

Types: deb-src
URIs: {ADDRESS}
Suites: bookworm
Components: main
"""
ONE_LINE = f"""\
# deb {ADDRESS} sid main
deb [arch=amd64 signed-by={KEYS}] {ADDRESS} trixie main  # the archive
deb-src {ADDRESS} trixie main
"""


@pytest.fixture
def machine(tmp_path):
    """Return a function that makes the configuration of a machine."""

    def make(release, **files):
        (tmp_path / "sources.list.d").mkdir()
        (tmp_path / "os-release").write_text(release)
        for name, text in files.items():
            (tmp_path / name.replace("__", ".d/").replace("_", ".")).write_text(text)
        return debian.find_source(tmp_path, tmp_path / "os-release")

    return make


def test_a_deb822_file_is_understood(machine):
    found = machine(
        'ID=debian\nVERSION_CODENAME="bookworm"\n', sources_list__debian_sources=DEB822
    )
    assert found == debian.Source(ADDRESS, "bookworm", f"[signed-by={KEYS}]")
    assert found.line("unstable") == f"deb [signed-by={KEYS}] {ADDRESS} unstable main"


def test_a_one_line_file_is_understood(machine):
    found = machine("ID=debian\nVERSION_CODENAME=trixie\n", sources_list=ONE_LINE)
    assert found == debian.Source(ADDRESS, "trixie", f"[signed-by={KEYS}]")
    assert found.stable == "trixie"


def test_a_machine_on_unstable_takes_released_packages_from_stable(machine):
    found = machine("ID=debian\n", sources_list=f"deb {ADDRESS} sid main\n")
    assert (found.suite, found.stable) == ("sid", "stable")


def test_another_distribution_has_no_debian_archive(machine):
    text = f"deb {ADDRESS} noble main\n"
    assert machine("ID=ubuntu\nVERSION_CODENAME=noble\n", sources_list=text) is None


def test_a_disabled_source_is_left_out():
    text = f"Enabled: no\n{DEB822}"
    addresses = {entry[0] for entry in debian.parse_deb822(text)}
    assert addresses == {f"{ADDRESS}-security"}


def test_the_sizes_of_a_download_are_read():
    text = (
        "'http://mirror.test/o.deb' odoo-19_19.0.0+dfsg-1_all.deb 122533504 SHA256:9d\n"
        "'http://mirror.test/f.deb' fonts_2%3a3.016-1_all.deb 2511704 SHA256:e0\n"
    )
    assert debian.parse_uris(text) == {
        "odoo-19_19.0.0+dfsg-1_all.deb": 122533504,
        "fonts_2%3a3.016-1_all.deb": 2511704,
    }


def test_the_private_apt_touches_no_folder_of_the_machine(state):
    source = debian.Source(ADDRESS, "bookworm")
    options = debian.Archive(state, source).options()
    folders = [option for option in options if option.startswith("Dir::")]
    private = [o for o in folders if str(state.folder) in o or o.endswith("/dev/null")]
    assert folders == private
