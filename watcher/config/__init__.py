"""The configuration: `watcher.yaml` and rule files read, checked and built; nothing here dials or writes."""

from __future__ import annotations

from watcher.config.load import Tables, load_config, our_tables
from watcher.config.model import ChannelConfig, Config, DigestConfig, RouteConfig, SourceConfig, Store
from watcher.config.places import data_dir, default_config_paths, find_config
from watcher.config.readable import read_parts, store_alone

__all__ = [
    "ChannelConfig",
    "Config",
    "DigestConfig",
    "RouteConfig",
    "SourceConfig",
    "Store",
    "Tables",
    "data_dir",
    "default_config_paths",
    "find_config",
    "load_config",
    "our_tables",
    "read_parts",
    "store_alone",
]
