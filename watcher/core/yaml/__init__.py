"""The strict YAML of configuration and rule files."""
