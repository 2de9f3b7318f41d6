"""Values read from a text, each with its unit and the span that proves it."""
