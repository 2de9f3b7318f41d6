"""The composition root: builds the parts from a configuration and runs them; nothing else wires anything."""
