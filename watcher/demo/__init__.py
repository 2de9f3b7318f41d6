"""The demo: the real daemon between a newswire and receivers on loopback; it dials nothing beyond this machine."""
