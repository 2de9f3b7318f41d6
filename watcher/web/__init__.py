"""The one web application: a table of routes, closed to everything that is not in it."""
