"""A process of its own for one contender: `python -m bench.child MODULE FUNCTION ARGUMENT…`.

It says "ready" when Django stands, waits for a line, runs the function and reports as JSON.
"""

from __future__ import annotations

import importlib
import json
import re
import resource
import sys
import time
from pathlib import Path

import django


def main() -> None:
    module, function, *arguments = sys.argv[1:]
    django.setup()
    contender = getattr(importlib.import_module(f"bench.{module}"), function)
    prepare = getattr(sys.modules[f"bench.{module}"], "prepare", None)
    if prepare is not None:
        prepare()
    _say("ready")
    sys.stdin.readline()
    cpu = time.process_time()
    result = contender(*arguments)
    report = {
        "cpu_seconds": time.process_time() - cpu,
        "peak_mb": _peak_mb(),
        "result": result,
    }
    _say(json.dumps(report))


def _peak_mb() -> float:
    """The most memory this process ever used."""
    status = Path("/proc/self/status")
    if status.exists():
        # Not ru_maxrss, which Linux counts from the process that started us on.
        found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text())
        if found:
            return int(found[1]) / 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
