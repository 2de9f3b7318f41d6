"""Kinds of rule conditions, one file each: pure statements about one article, answered with evidence."""
