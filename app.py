"""Serves the chat, and brings the index up to date beside it where the essays are new or changed."""

from __future__ import annotations

import sys

from assistant.cli import main

if __name__ == "__main__":
    main(["serve", "--build", *sys.argv[1:]])
