"""Running a function in a process of its own, whose memory goes back to the system when it is done."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from multiprocessing.queues import SimpleQueue
from typing import Any

from assistant.errors import AssistantError, IndexWriteError


def apart(function: Callable[..., None], *arguments: Any) -> None:
    """Run a function of a module in a new process, and end that where this one ends first, however it ends.

    Raises:
        AssistantError: what the function raised.
        IndexWriteError: the process ended before it was done, for want of memory or by a bug, which it has printed.
    """
    context = multiprocessing.get_context("spawn")  # no thread and no lock of this process comes along
    raised: SimpleQueue[AssistantError] = context.SimpleQueue()
    process = context.Process(target=_run, args=(raised, function, *arguments))
    process.start()
    try:
        process.join()
    finally:  # Ctrl+C is for this process
        process.kill()
        process.join()
    if not raised.empty():
        raise raised.get()
    if process.exitcode:
        raise IndexWriteError(
            f"The process that makes the index ended with {process.exitcode} before it was done. Look for a reason "
            "above; without one, memory was short. It is tried again by itself; an index that was there still works."
        )


def _run(raised: SimpleQueue[AssistantError], function: Callable[..., None], *arguments: Any) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, name="end with parent", daemon=True).start()
    try:
        function(*arguments)
    except AssistantError as error:
        raised.put(error)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(0)
