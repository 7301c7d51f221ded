"""Prometheus with the rules of deploy/, and the Alertmanager that it tells."""

import contextlib
import json
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.cluster.part import Part
from tests.cluster.ports import HOST, kept_ports
from tests.deploy.prometheus_kit import server

RULES = Path(__file__).parents[2] / "deploy" / "prometheus" / "missionwire.rules.yaml"


class _Monitor(Part):
    url = ""

    def _answers(self) -> bool:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{self.url}/-/ready", timeout=2) as answer:
            return answer.status == 200
        return False


class Alertmanager(_Monitor):
    """Its web page and `amtool` show what fires; it sends nothing to anybody."""

    def __init__(self, folder: Path):
        (self.port,) = kept_ports(folder, "alertmanager", 1)
        self.url = f"http://{HOST}:{self.port}"
        config = folder / "alertmanager.yaml"
        words = [f"--config.file={config}", f"--storage.path={folder / 'alertmanager-data'}"]
        words += [f"--web.listen-address={HOST}:{self.port}", "--cluster.listen-address="]
        super().__init__("alertmanager", [*server("prometheus-alertmanager"), *words], folder, self._answers)
        config.write_text(json.dumps({"route": {"receiver": "nobody"}, "receivers": [{"name": "nobody"}]}))


class Prometheus(_Monitor):
    """It scrapes `targets`, ports by the part of Missionwire that has them."""

    def __init__(self, folder: Path, alertmanager: Alertmanager, targets: Mapping[str, Sequence[int]]):
        (self.port,) = kept_ports(folder, "prometheus", 1)
        self.url = f"http://{HOST}:{self.port}"
        config = folder / "prometheus.yaml"
        words = [f"--config.file={config}", f"--storage.tsdb.path={folder / 'prometheus-data'}"]
        words += [f"--web.listen-address={HOST}:{self.port}"]
        super().__init__("prometheus", [*server("prometheus"), *words], folder, self._answers)
        config.write_text(json.dumps(_configuration(alertmanager, targets), indent=1))


def _configuration(alertmanager: Alertmanager, targets: Mapping[str, Sequence[int]]) -> dict[str, object]:
    """Return the file's content; JSON is YAML."""
    scraped = [
        {"targets": [f"{HOST}:{port}" for port in ports], "labels": {"part": part}}
        for part, ports in targets.items()
    ]
    told = [{"static_configs": [{"targets": [f"{HOST}:{alertmanager.port}"]}]}]
    return {
        "global": {"scrape_interval": "5s", "evaluation_interval": "5s"},
        "rule_files": [str(RULES)],
        "alerting": {"alertmanagers": told},
        "scrape_configs": [{"job_name": "missionwire", "static_configs": scraped}],
    }
