"""`python -m assistant`: see `assistant.cli`."""

import sys

try:
    from assistant.cli import main

    main()
except ModuleNotFoundError as error:
    if error.name is None or error.name.partition(".")[0] == "assistant":  # a bug of ours
        raise
    sys.exit(
        f"error: The package {error.name} is not installed. Install what the program needs: "
        "python -m pip install -r requirements.txt"
    )
