"""The border: every socket that watcher opens to the outside is opened here, after its address was judged."""
