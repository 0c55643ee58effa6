"""`python -m bench [JOB …] [--quick] [--rounds N]`; see README.md here."""

from __future__ import annotations

import argparse
import time

from bench import ground
from bench.report import say

JOBS = ("sweep", "outbox", "import", "pages", "preview", "hooks")


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench ARGS=…", description=__doc__)
    parser.add_argument("jobs", nargs="*", metavar="JOB", help=f"of {', '.join(JOBS)}; all")
    parser.add_argument("--quick", action="store_true", help="small numbers, for a first look")
    parser.add_argument("--rounds", type=int, default=0, help="how often each is measured")
    options = parser.parse_args()
    unknown = set(options.jobs) - set(JOBS)
    if unknown:
        parser.error(f"There is no job {min(unknown)}; there are {', '.join(JOBS)}.")
    started = time.monotonic()
    with ground.own_server() as folder:
        # Imported late: models can be loaded only once Django stands.
        from bench import hooks, imports, outbox, pages, preview, sweep

        for job in options.jobs or JOBS:
            say(f"Measuring: {job} …")
            if job == "sweep":
                sweep.run(quick=options.quick, rounds=options.rounds)
            elif job == "outbox":
                outbox.run(folder, quick=options.quick, rounds=options.rounds)
            elif job == "pages":
                pages.run(quick=options.quick, rounds=options.rounds)
            elif job == "preview":
                preview.run(quick=options.quick, rounds=options.rounds)
            elif job == "hooks":
                hooks.run(quick=options.quick, rounds=options.rounds)
            else:
                imports.run(folder, quick=options.quick, rounds=options.rounds)
    say(f"Done in {time.monotonic() - started:.0f} s.")


if __name__ == "__main__":
    main()
