"""What the speed benchmark drives: nginx, wrk, and the figures the kernel keeps of processes."""

import http.client
import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}


@dataclass(frozen=True, slots=True)
class Server:
    """A server that runs: its port, its first process, and how long it took to answer."""

    port: int
    pid: int
    started_after: float = 0.0


@dataclass(frozen=True, slots=True)
class Load:
    """What one turn of wrk found."""

    rate: float
    p99_ms: float
    cpu_microseconds: float
    requests: int


def drive(
    port: int, path: str, connections: int, seconds: float, headers: dict[str, str], script: Path | None = None
) -> Load:
    """Ask for `path`, or what a script for wrk says, as fast as it is answered."""
    command = ["wrk", "-t", "1", "-c", str(connections), "-d", f"{max(1, round(seconds))}s", "--latency"]
    command += [part for name, value in headers.items() for part in ("-H", f"{name}: {value}")]
    if script is not None:
        command += ["-s", str(script)]
    said = subprocess.run(
        [*command, f"http://127.0.0.1:{port}{path}"], capture_output=True, text=True, check=True
    ).stdout
    if "Non-2xx or 3xx" in said or "Socket errors" in said:
        raise RuntimeError(f"{path} was not answered well:\n{said}")
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    slow = re.search(r"99%\s+([\d.]+)(us|ms|s|m)", said)
    requests = re.search(r"(\d+) requests in", said)
    assert rate is not None, said
    assert slow is not None, said
    assert requests is not None, said
    return Load(float(rate[1]), float(slow[1]) * UNITS[slow[2]], 0.0, int(requests[1]))


@contextmanager
def start_nginx(where: Path, bodies: dict[str, bytes]) -> Iterator[Server]:
    """nginx with two workers that serves these bodies as files."""
    files = where / "files"
    files.mkdir(parents=True)
    for name, body in bodies.items():
        (files / name.replace(" ", "-")).write_bytes(body)
    port = free_port()
    configuration = where / "nginx.conf"
    configuration.write_text(
        f"""worker_processes 2; daemon off; pid {where}/pid; error_log {where}/errors;
events {{ worker_connections 1024; }}
http {{ access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000000; default_type application/json;
  open_file_cache max=100; client_body_temp_path {where}/a; proxy_temp_path {where}/b;
  fastcgi_temp_path {where}/c; uwsgi_temp_path {where}/d; scgi_temp_path {where}/e;
  server {{ listen 127.0.0.1:{port} reuseport; root {files}; }} }}"""
    )
    nginx = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
    assert nginx
    where.chmod(0o755)
    for folder in (where.parent, files):
        folder.chmod(0o755)  # nginx's workers run as another user
    process = subprocess.Popen([nginx, "-c", str(configuration)], stderr=subprocess.DEVNULL)
    try:
        wait_for(port, f"/{next(iter(bodies))}")
        yield Server(port, process.pid)
    finally:
        process.terminate()
        process.wait(20)


def fetch(port: int, path: str) -> tuple[int, bytes, str]:
    """Status, body and validator."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", path)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, body, answer.headers.get("ETag", "")


def wait_for(port: int, path: str, seconds: float = 60) -> None:
    """Return as soon as `path` answers 200."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if fetch(port, path)[0] == 200:
                return
        except OSError:
            pass
        time.sleep(0.01)
    raise TimeoutError(f"nothing answered {path} on port {port}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def family(pid: int) -> list[int]:
    """A process and all it has started."""
    pids = [pid]
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        pids += family(int(child))
    return pids


def cpu_seconds(pid: int) -> float:
    """Processor time that a process and its children have used so far."""
    total = 0
    for member in family(pid):
        fields = Path(f"/proc/{member}/stat").read_text().rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / TICKS


def memory(pid: int) -> float:
    """Memory of a process and its children in MB; what they share is counted once (PSS)."""
    kilobytes = 0
    for member in family(pid):
        found = re.search(r"^Pss:\s+(\d+) kB", Path(f"/proc/{member}/smaps_rollup").read_text(), re.MULTILINE)
        kilobytes += int(found[1]) if found else 0
    return round(kilobytes / 1024, 1)
