"""Settings: one YAML file, checked strictly, every fault at once with its line."""

from pipeline.settings.faults import SettingsFaults
from pipeline.settings.models import FlinkSection
from pipeline.settings.reading import load_settings, settings_or_faults
from pipeline.settings.settings import Settings

__all__ = ["FlinkSection", "Settings", "SettingsFaults", "load_settings", "settings_or_faults"]
