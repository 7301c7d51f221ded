"""Prometheus, promtool and amtool for the tests: this machine's own, else unpacked from Debian's packages."""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import tempfile
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

from tests.cluster.packages import PackagesError

PACKAGES = ("prometheus", "prometheus-alertmanager")
UNPACKED = Path(tempfile.gettempdir()) / f"missionwire-prometheus-{os.getuid()}"
DEPLOY = Path(__file__).parents[2] / "deploy"
READY = "Server is ready to receive web requests"
# Where Debian's Alertmanager looks for its templates, wherever it was unpacked to.
TEMPLATES = Path("/usr/share/prometheus/alertmanager/default.tmpl")
# Each step takes the place of the one before, so that signals reach the program.
AS_INSTALLED = ["unshare", "-rm", "sh", "-c", 'mount --bind "$0" /usr/share && exec "$@"']


def program(name):
    found = shutil.which(name)
    if found:
        return found
    if not (UNPACKED / "usr/bin" / name).exists():
        unpack()
    return str(UNPACKED / "usr/bin" / name)


def server(name):
    """Return the words that start a server; one that was unpacked sees its files where it expects them."""
    found = program(name)
    if TEMPLATES.exists() or not found.startswith(str(UNPACKED)):
        return [found]
    return [*AS_INSTALLED, str(UNPACKED / "usr/share"), found]


def unpack():
    """Unpack into a folder of its own first, so that no other worker of the suite sees half of it."""
    with tempfile.TemporaryDirectory(dir=UNPACKED.parent) as folder:
        Path(folder).chmod(0o755)
        try:
            subprocess.run(["apt-get", "download", *PACKAGES], cwd=folder, check=True, capture_output=True)
            for package in Path(folder).glob("*.deb"):
                subprocess.run(["dpkg-deb", "-x", package, f"{folder}/root"], check=True)
        except (OSError, subprocess.CalledProcessError) as e:
            wanted = " and ".join(PACKAGES)
            raise PackagesError(
                f"Prometheus is not on the PATH, and cannot be fetched; install {wanted}"
            ) from e
        with contextlib.suppress(OSError):
            Path(folder, "root").rename(UNPACKED)


def checked(name, *arguments, folder=None):
    """Run a checking tool and return what it printed, with its exit code."""
    command = [program(name), *map(str, arguments)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


class Prometheus:
    """A private Prometheus on a free port; ready once made, gone after `close`."""

    def __init__(self, config, folder):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._process = subprocess.Popen(
            [
                program("prometheus"),
                f"--config.file={config}",
                f"--storage.tsdb.path={folder / 'tsdb'}",
                f"--web.listen-address=127.0.0.1:{self.port}",
            ],
            stderr=subprocess.PIPE,
            text=True,
            cwd=folder,
        )
        said = []
        for line in self._process.stderr:
            said.append(line)
            if READY in line:
                break
        else:
            self.close()
            raise AssertionError("Prometheus ended:\n" + "".join(said[-5:]))
        # The pipe must not fill up while nobody reads it.
        self._rest = subprocess.Popen(["cat"], stdin=self._process.stderr, stdout=subprocess.DEVNULL)

    def ask(self, path, **parameters):
        url = f"http://127.0.0.1:{self.port}/api/v1/{path}?{urllib.parse.urlencode(parameters)}"
        try:
            with urllib.request.urlopen(url, timeout=30) as answer:
                return json.load(answer)["data"]
        except urllib.error.HTTPError as e:
            with e:
                raise AssertionError(f"{parameters}: {json.load(e)['error']}") from None

    def query(self, expression):
        """Return the values of an instant query by their labels, those left out that are no numbers."""
        found = self.ask("query", query=expression)["result"]
        return {str(each["metric"]): float(each["value"][1]) for each in found if each["value"][1] != "NaN"}

    def close(self):
        self._process.terminate()
        self._process.wait(30)
        self._process.stderr.close()
        if hasattr(self, "_rest"):
            self._rest.wait(30)
