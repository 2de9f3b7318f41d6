"""Measures the product against peers and limits; never a part of it."""
