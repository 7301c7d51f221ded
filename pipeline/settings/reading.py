"""From a file to settings: every fault of every kind at once, then cross checks, secrets and rules."""

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from pydantic import ValidationError

from alerts.receivers.settings import ReceiverSettings
from pipeline.settings.conversion import receiver_of
from pipeline.settings.cross_checks import cross_faults
from pipeline.settings.faults import SettingsFaults, missing_file, objections
from pipeline.settings.fields import SecretRef
from pipeline.settings.models import ConfigFile
from pipeline.settings.rule_files import faults_in_rules, rule_paths_of, unknown_rules
from pipeline.settings.secrets_found import find_database_url, find_secret, find_web_address
from pipeline.settings.settings import Settings
from pipeline.starter import STARTER_CONFIG
from transforms.located_yaml import Fault, Loc, Located, YamlFaults, load_located
from transforms.parser_model import ParserModelError, verified_files
from transforms.secret import Secret, SecretNotFoundError

DEFAULT = Path("missionwire.yaml")


def settings_or_faults(
    path: Path | None,
    *,
    with_secrets: bool = False,
    or_starter: bool = False,
    instance: str | None = None,
) -> Settings | None:
    """Return the settings, or print every fault and return `None`; `instance` names this process.

    Without a `path`, the default one is read; where that is absent, `or_starter` takes the built-in one.
    """
    if path is None and or_starter and not DEFAULT.exists():
        print(f"no ./{DEFAULT}: using the built-in starter settings", file=sys.stderr)
        path = STARTER_CONFIG
    try:
        settings = load_settings(path or DEFAULT, os.environ, with_secrets=with_secrets)
    except SettingsFaults as e:
        print(e, file=sys.stderr)
        return None
    return replace(settings, instance=instance)


def load_settings(path: Path, environ: Mapping[str, str], *, with_secrets: bool) -> Settings:
    """Return the settings in the file at `path`; raise `SettingsFaults` with all that is wrong."""
    if not path.exists():
        raise missing_file(path)
    try:
        located = load_located(path)
    except YamlFaults as e:
        raise SettingsFaults(e.faults) from None
    folder = Path.cwd() if path == STARTER_CONFIG else path.parent.absolute()
    try:
        config = ConfigFile.model_validate({} if located.data is None else located.data)
    except ValidationError as e:
        raise SettingsFaults(objections(e, located), more_to_check=True) from None
    return _checked(
        Settings(path, folder, config, rule_paths_of(config.rules, folder)), located, environ, with_secrets
    )


def _checked(
    settings: Settings, located: Located, environ: Mapping[str, str], with_secrets: bool
) -> Settings:
    config = settings.config
    faults = cross_faults(config, located)
    faults += faults_in_rules(settings.rule_paths)[1] or unknown_rules(config, settings.rule_paths, located)
    faults += _unfit_model(settings, located)
    found: tuple[ReceiverSettings, ...] = ()
    if with_secrets:
        found, unfound = _receivers(settings, located, environ)
        faults += unfound + _unfound_of_stores(settings, located, environ)
    if faults:
        raise SettingsFaults(faults)
    return replace(settings, found=found)


def _unfit_model(settings: Settings, located: Located) -> list[Fault]:
    """Return why the parser's model cannot be used, if one is wanted."""
    if settings.parser_model is None:
        return []
    try:
        verified_files(settings.parser_model)
    except ParserModelError as e:
        key = "parser_model" if settings.config.process.parser_model else "extraction"
        return [located.fault(("process", key), f"{e.model}: {e.why}", e.expected)]
    return []


def _unfound_of_stores(settings: Settings, located: Located, environ: Mapping[str, str]) -> list[Fault]:
    """Return the secrets of log and database that are not there; each is read where it is used."""
    wanted: list[tuple[Loc, SecretRef, Callable[..., Secret]]] = []
    if (kafka := settings.config.log.kafka) and kafka.password:
        wanted.append((("log", "kafka", "password"), kafka.password, find_secret))
    if settings.config.database:
        wanted.append((("database", "url"), settings.config.database.url, find_database_url))
    faults = []
    for loc, ref, find in wanted:
        try:
            find(ref, settings.folder, environ)
        except SecretNotFoundError as e:
            faults.append(located.fault(loc, e.why, e.expected))
    return faults


def _receivers(
    settings: Settings, located: Located, environ: Mapping[str, str]
) -> tuple[tuple[ReceiverSettings, ...], list[Fault]]:
    faults: list[Fault] = []
    found = []
    for index, item in enumerate(settings.config.receivers):
        loc: Loc = ("receivers", index)

        def find(key: str, ref: SecretRef, loc: Loc = loc) -> Secret:
            look = find_web_address if key == "url" else find_secret
            try:
                return look(ref, settings.folder, environ)
            except SecretNotFoundError as e:
                faults.append(located.fault((*loc, key), e.why, e.expected))
                return Secret("")

        try:
            found.append(receiver_of(item, find, settings.folder))
        except ValueError as e:
            faults.append(located.fault(loc, str(e), "settings that fit together"))
    return tuple(found), faults
