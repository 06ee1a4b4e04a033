#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""C19, counted: who does not use MAP_CONTIG pays nothing measurable.

usage: compare.py [--limit PERCENT] [--noise] [--csv FILE] [--program FILE] [options of vm run, such as --kernel 7.2]

Runs `cost loops` in two guests that count instructions, one with the series and one on the same kernel and config without
it, and compares each loop. Prints TAP, with the numbers as comments; exit status 1 if a loop costs more than the limit
(default 0.1 percent), 2 if it could not be measured. --noise takes the stock kernel for both: what differs then is what
the method can not tell.

The lower quartile of a hundred short repetitions is compared. Without a timer interrupt in it, which comes each 4 million
instructions, a repetition costs the same each time but for batches (a list of free pages that is refilled, a tree node that
is split), and their phase differs from boot to boot.
"""

import argparse
import csv
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
PROJECT = HERE.parents[2]
# No time-dependent choice of a node, and two of them for what moves pages between nodes
GUEST = ["--icount", "--memory", "2G", "--append", "numa=fake=2"]


class Failure(Exception):
    """Something could not be measured."""


def measure(program, stock, options):
    """The loops on one kernel: name to (minimum, median, maximum), in the order in which they ran."""
    with tempfile.TemporaryDirectory(prefix="mapcontig-cost.") as results:
        command = [str(PROJECT / "vagrant/vm"), "run", *options, *GUEST, *(["--stock"] if stock else []),
                   "--results", results, "--share", str(program.parent), "--",
                   str(program), "--csv", "/results/loops.csv", "loops"]
        run = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        if run.returncode:
            raise Failure(f"status {run.returncode} of {' '.join(command)}\n{run.stdout[-2000:]}\n{run.stderr[-2000:]}")
        for line in run.stdout.splitlines():
            if "not measured" in line:
                print(f"# {'stock' if stock else 'series'}: {line}")
        with open(pathlib.Path(results) / "loops.csv", encoding="ascii", newline="") as file:
            rows = list(csv.DictReader(file))
    if not rows or any(row["unit"] != "instructions" for row in rows):
        raise Failure("the guest did not count instructions")
    return {row["what"]: row for row in rows}


def compare(before, after, limit):
    """Prints a line of TAP for each loop; the number of those that failed."""
    names = list(dict.fromkeys([*before, *after]))
    failed = 0
    print(f"1..{len(names)}")
    for number, name in enumerate(names, 1):
        if name not in before or name not in after:
            print(f"not ok {number} {name} # measured on one of the kernels only")
            failed += 1
            continue
        old, new = int(before[name]["quartile"]), int(after[name]["quartile"])
        percent = 100 * (new - old) / old
        print(f"# {name}: {old} instructions without the series, {new} with it: {percent:+.3f} %"
              f" (medians {before[name]['median']} and {after[name]['median']})")
        if percent > limit:
            failed += 1
        print(f"{'not ok' if percent > limit else 'ok'} {number} {name}: at most {limit} % more")
    return failed


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("\n\n")[1], allow_abbrev=False)
    parser.add_argument("--limit", type=float, default=0.1)
    parser.add_argument("--noise", action="store_true")
    parser.add_argument("--csv", type=pathlib.Path)
    parser.add_argument("--program", type=pathlib.Path, default=PROJECT / "native/target/cost")
    arguments, options = parser.parse_known_args()
    print("TAP version 13", flush=True)
    try:
        if not arguments.program.exists():
            raise Failure(f"there is no {arguments.program}: run make in native/")
        program = arguments.program.resolve()
        before = measure(program, True, options)
        after = measure(program, arguments.noise, options)
    except Failure as failure:
        print("Bail out! " + str(failure).replace("\n", "\n# "))
        return 2
    if arguments.csv:
        with open(arguments.csv, "w", encoding="ascii", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["loop", "stock", "series", "percent"])
            for name in before:
                if name in after:
                    old, new = int(before[name]["quartile"]), int(after[name]["quartile"])
                    writer.writerow([name, old, new, f"{100 * (new - old) / old:.3f}"])
    return 1 if compare(before, after, arguments.limit) else 0


if __name__ == "__main__":
    sys.exit(main())
