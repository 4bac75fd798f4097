"""docs/going-live.md: the proxy and the unit file that it gives are ones that nginx and systemd take."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

DOC = Path(__file__).parent.parent / "docs" / "going-live.md"


def block(name):
    return re.search(rf"<!-- test: {name} -->\n```\w+\n(.*?)```", DOC.read_text(), re.S)[1]


@pytest.mark.skipif(shutil.which("nginx") is None, reason="nginx is not installed on this machine")
def test_nginx_takes_the_configuration(tmp_path):
    config = tmp_path / "nginx.conf"
    config.write_text(
        f"pid {tmp_path}/pid; error_log stderr;\nevents {{}}\nhttp {{ access_log off;\n"
        + block("nginx").replace("listen 80;", "listen 127.0.0.1:48080;")
        + "}\n"
    )
    checked = subprocess.run(["nginx", "-t", "-c", config, "-p", tmp_path], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stderr


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed on this machine")
def test_systemd_takes_the_unit(tmp_path):
    unit = tmp_path / "midstance.service"
    python = shutil.which("true")
    unit.write_text(block("systemd").replace("/srv/midstance/app/.venv/bin/python -m cms.serve", python))
    checked = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True)
    assert "Unknown" not in checked.stderr, checked.stderr


def test_the_unit_starts_what_make_run_starts():
    assert "-m cms.serve" in block("systemd")
    assert "cms.serve" in (DOC.parents[1] / "Makefile").read_text()
