"""A process of its own for one contender: `python -m bench.child MODULE FUNCTION ARGUMENT…`.

It says "ready" when Django stands, waits for a line, runs the function and reports as JSON.
"""

from __future__ import annotations

import importlib
import json
import resource
import sys
import time

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
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "result": result,
    }
    _say(json.dumps(report))


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
