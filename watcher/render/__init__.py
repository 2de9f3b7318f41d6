"""Messages put into words: subject, text part and mail page; it never decides what is told, nor sends it."""

from __future__ import annotations

from watcher.render.overrides import check_templates
from watcher.render.renderer import Renderer

__all__ = ["Renderer", "check_templates"]
