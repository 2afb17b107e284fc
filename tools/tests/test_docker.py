# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What can be said of docker/ without building an image."""

import configparser
import re
import shlex
import subprocess

import pytest
import yaml

from odoo.tools import config

from tools import addons
from tools.state import ROOT

FOLDER = ROOT / "docker"
COMPOSE = FOLDER / "compose.yaml"
KUBERNETES = FOLDER / "kubernetes"
WORKLOADS = ("Deployment", "Job")
SUITE = {"ODOO_IMAGE", "ODOO_RC", "ODOO_QUEUE_JOB_HOST", "ODOO_QUEUE_JOB_PORT"}
SUITE |= {"ODOO_QUEUE_JOB_CHANNELS"}  # of OCA's queue_job, not of Odoo


def documents():
    """The objects of every manifest but the list of manifests itself."""
    for file in sorted(KUBERNETES.glob("*.yaml")):
        if file.name != "kustomization.yaml":
            yield from yaml.safe_load_all(file.read_text())


def pods():
    for document in documents():
        if document["kind"] in WORKLOADS:
            yield document["metadata"]["name"], document["spec"]["template"]["spec"]


def test_every_variable_of_compose_is_explained():
    asked = set(re.findall(r"(?<!\$)\$\{(\w+):\?", COMPOSE.read_text()))
    told = set(re.findall(r"^(\w+)=", (FOLDER / ".env.example").read_text(), re.M))
    assert asked
    assert asked <= told


def test_compose_starts_things_in_their_order():
    services = yaml.safe_load(COMPOSE.read_text())["services"]
    waits = {name: service.get("depends_on", {}) for name, service in services.items()}
    assert waits["prepare"] == {"database": {"condition": "service_healthy"}}
    assert waits["odoo"] == {"prepare": {"condition": "service_completed_successfully"}}
    assert waits["proxy"] == {"odoo": {"condition": "service_healthy"}}
    published = [name for name, service in services.items() if "ports" in service]
    assert published == ["proxy"], "only the proxy may be reached from outside"


@pytest.mark.parametrize(
    "file", [FOLDER / "Dockerfile", COMPOSE, *sorted(KUBERNETES.glob("*.yaml"))]
)
def test_options_exist(file):
    known = {option.env_name for option in config.options_index.values()} | SUITE
    assert set(re.findall(r"\bODOO_[A-Z_]+", file.read_text())) <= known


def test_addons_exist():
    texts = [file.read_text() for file in FOLDER.rglob("*") if file.is_file()]
    lists = re.findall(
        r"CLINIC_ADDONS(?:=|: \$\{CLINIC_ADDONS:-|: |:-)([\w ]+)", "".join(texts)
    )
    assert len(lists) >= 3
    for names in lists:
        assert set(names.split()) <= set(addons.discover()), names


def test_kustomize_names_every_manifest():
    named = yaml.safe_load((KUBERNETES / "kustomization.yaml").read_text())["resources"]
    files = {file.name for file in KUBERNETES.glob("*.yaml")} - {"kustomization.yaml"}
    assert set(named) == files


def test_pods_have_no_more_rights_than_they_need():
    found = dict(pods())
    assert set(found) == {"prepare", "web", "cron"}
    for name, pod in found.items():
        assert pod["enableServiceLinks"] is False, name
        assert pod["automountServiceAccountToken"] is False, name
        assert pod["securityContext"]["runAsNonRoot"] is True, name
        for container in pod["containers"]:
            assert container["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "capabilities": {"drop": ["ALL"]},
            }, name


def test_requests_may_end_before_a_server_is_stopped():
    file = configparser.ConfigParser(interpolation=None)
    file.read(ROOT / "config" / "production.conf")
    longest = file.getint("options", "limit_time_real")
    for name, pod in pods():
        if name != "prepare":
            assert pod["terminationGracePeriodSeconds"] > longest
    services = yaml.safe_load(COMPOSE.read_text())["services"]
    assert int(services["odoo"]["stop_grace_period"].removesuffix("s")) > longest


def test_secrets_have_no_value():
    for line in (FOLDER / ".env.example").read_text().splitlines():
        name, __, value = line.partition("=")
        if re.search(r"PASSW|KEY", name):
            assert not value, name
    assert "Secret" not in {document["kind"] for document in documents()}


def test_the_image_has_what_it_copies():
    copied = re.findall(r"^COPY (.+) \S+$", (FOLDER / "Dockerfile").read_text(), re.M)
    names = {name for line in copied for name in shlex.split(line)}
    kept = {
        line[1:]
        for line in (ROOT / ".dockerignore").read_text().splitlines()
        if line.startswith("!")
    }
    for name in names:
        assert (ROOT / name).exists(), name
        assert name in kept or name.split("/")[0] in kept, name


def test_the_script_is_good_shell():
    script = FOLDER / "prepare.sh"
    assert script.stat().st_mode & 0o111
    subprocess.run(["sh", "-n", script], check=True)
