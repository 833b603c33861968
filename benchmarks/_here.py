"""Lets the scripts of this folder, and the processes that they start, find the program beside it.

Imported for that alone, before all others: `import _here`.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

ROOT = str(Path(__file__).resolve().parents[1])
if ROOT not in sys.path:
    sys.path.insert(0, ROOT)
_known = os.environ.get("PYTHONPATH", "")
if ROOT not in _known.split(os.pathsep):
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [ROOT, _known]))
