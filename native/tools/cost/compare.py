#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""C19, counted: who does not use MAP_CONTIG pays nothing measurable.

usage: compare.py [--limit PERCENT] [--boots N] [--noise] [--csv FILE] [--program FILE] [option of vm run ...]

Runs `cost loops` in guests that count instructions, turn by turn with the series and on the same kernel and config without
it, and compares each loop. Prints TAP, with the numbers as comments; exit status 1 if a loop costs more than the limit
(default 0.1 percent), 2 if it could not be measured. --noise takes the stock kernel for both: what differs then is what
the method can not tell. Options of vm run are those that choose a kernel, such as --kernel 7.2.

The lower quartile of a hundred short repetitions is what a loop costs in one boot. Without a timer interrupt in it, which
comes each 4 million instructions, a repetition costs the same each time but for batches (a list of free pages that is
refilled, nodes of a tree that come back after a grace period), and their phase differs from boot to boot. So each kernel is
booted a few times (default 3) and the cheapest boot counts. What still differs between boots of the stock kernel is told; a
loop for which that is above the limit may differ by as much.
"""

import argparse
import csv
import pathlib
import subprocess
import sys
import tempfile

PROJECT = pathlib.Path(__file__).resolve().parents[3]
# Two nodes, for what moves pages between nodes
GUEST = ["--icount", "--memory", "2G", "--append", "numa=fake=2"]


class Failure(Exception):
    """Something could not be measured."""


def boot(program, stock, options):
    """One guest: the instructions of each loop, by its name, in the order in which they ran."""
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
    if not rows or any(row["unit"] not in ("instructions", "skipped") for row in rows):
        raise Failure("the guest did not count instructions")
    return {row["what"]: int(row["quartile"]) for row in rows}  # 0: skipped


def percent(new, old):
    """How much more new is."""
    return 100 * (new - old) / old


def compare(stock, series, limit):
    """Lists of boots; a dictionary for each loop."""
    names = dict.fromkeys(name for one in [*stock, *series] for name in one)
    for name in names:
        counts = [one.get(name, 0) for one in [*stock, *series]]
        if not all(counts):
            yield {"loop": name, "stock": "", "series": "", "more": "", "between boots": "", "ok": not any(counts)}
            continue
        old, new = min(one[name] for one in stock), min(one[name] for one in series)
        spread = percent(max(one[name] for one in stock), old)
        yield {"loop": name, "stock": old, "series": new, "more": f"{percent(new, old):.3f}",
               "between boots": f"{spread:.3f}", "ok": percent(new, old) <= max(limit, spread)}


def print_tap(rows, limit):
    """TAP of the rows; whether all are ok."""
    print(f"1..{len(rows)}")
    for number, row in enumerate(rows, 1):
        result = f"{'ok' if row['ok'] else 'not ok'} {number} {row['loop']}: at most {limit} % more"
        if row["stock"] != "":
            print(f"# {row['stock']} instructions without the series, {row['series']} with it: {row['more']} % more; "
                  f"boots of the stock kernel differ by {row['between boots']} %")
        elif row["ok"]:
            result += " # SKIP neither kernel can do it (the reason is above)"
        else:
            print("# one of the boots could not do it (the reason is above)")
        print(result)
    return all(row["ok"] for row in rows)


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("\n\n")[1].removeprefix("usage: "), allow_abbrev=False)
    parser.add_argument("--limit", type=float, default=0.1)
    parser.add_argument("--boots", type=int, default=3)
    parser.add_argument("--noise", action="store_true")
    parser.add_argument("--csv", type=pathlib.Path)
    parser.add_argument("--program", type=pathlib.Path, default=PROJECT / "native/target/cost")
    arguments, options = parser.parse_known_args()
    print("TAP version 13", flush=True)
    stock, series = [], []
    try:
        if not arguments.program.exists():
            raise Failure(f"there is no {arguments.program}: run make in native/")
        for _ in range(arguments.boots):
            stock.append(boot(arguments.program.resolve(), True, options))
            series.append(boot(arguments.program.resolve(), arguments.noise, options))
    except Failure as failure:
        print("Bail out! " + str(failure).replace("\n", "\n# "))
        return 2
    rows = list(compare(stock, series, arguments.limit))
    if arguments.csv:
        with open(arguments.csv, "w", encoding="ascii", newline="") as file:
            writer = csv.DictWriter(file, rows[0].keys())
            writer.writeheader()
            writer.writerows(rows)
    return 0 if print_tap(rows, arguments.limit) else 1


if __name__ == "__main__":
    sys.exit(main())
