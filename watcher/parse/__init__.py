"""Strangers' bytes are understood in processes of their own, which may be killed; never in the daemon's process."""
