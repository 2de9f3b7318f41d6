"""Kinds of sources, one file each. A source plans requests and understands replies; it never does I/O itself."""
