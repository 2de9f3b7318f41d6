"""One module per command: `arguments(parser)` and `run(arguments) -> exit code`."""
