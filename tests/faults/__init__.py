"""Receivers that misbehave on command: the other side of every way out."""
