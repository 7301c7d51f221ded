"""Settings: one YAML file, checked strictly, every fault at once with its line."""

from pipeline.settings.faults import SettingsFaults
from pipeline.settings.kept_folder import DataDirError, is_there, make_data_dir
from pipeline.settings.models import FlinkSection
from pipeline.settings.reading import load_settings, settings_or_faults
from pipeline.settings.settings import Settings

__all__ = [
    "DataDirError",
    "FlinkSection",
    "Settings",
    "SettingsFaults",
    "is_there",
    "load_settings",
    "make_data_dir",
    "settings_or_faults",
]
