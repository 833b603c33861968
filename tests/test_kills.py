"""The look at what kills leave, in short: `benchmarks/kills.py` takes 200 of them."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.mark.skipif(sys.platform == "win32", reason="a process is forked")
def test_some_kills() -> None:
    """After each kill of the indexer the index is readable, and nothing is lost or stale."""
    command = [sys.executable, str(ROOT / "benchmarks" / "kills.py"), "--kills", "4", "--essays", "4", "--seed", "3"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^ +4 kills$", done.stdout, re.M)
