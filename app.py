"""Opens the index, building it first where the essays are new or changed, and serves the chat."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from assistant.cli import ensure_index, index_option, main
from assistant.errors import AssistantError
from assistant.settings import Settings


def run() -> None:
    """Build what is missing, then serve until Ctrl+C."""
    if {"-h", "--help"} & set(sys.argv[1:]):
        main(["serve", "--help"])
    options, _ = index_option().parse_known_args()
    try:
        settings = Settings.from_environment()
        if options.index:
            settings = replace(settings, index=Path(options.index))
        ensure_index(settings.corpus, settings.index, settings)
    except AssistantError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(1)
    main(["serve", *sys.argv[1:]])


if __name__ == "__main__":
    run()
