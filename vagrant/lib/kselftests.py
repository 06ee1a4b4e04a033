#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares the kernel's own selftests of mm with and without the series.

kselftests.py suspects FOLDER   prints 'CATEGORY<tab>PROGRAM' of what seems worse on the patched kernel, to be run again
kselftests.py report FOLDER     prints TAP, a test for each program, and writes FOLDER/table.md

FOLDER has a folder for each run: stock, patched and, for suspects only, again-1, again-2; in each are CATEGORY.log, what
run_vmtests.sh printed, and CATEGORY.status, the exit status of vm run. FOLDER/facts and FOLDER/left-out are for the table.

Worse is a program, or a test in it that reports TAP, that passes on the stock kernel and not on the patched one, and a
guest that ended badly on the patched kernel alone. It is a failure if it is so whenever it is run again, else flaky.
Exit status 1 if there is a failure.
"""

import collections
import pathlib
import re
import sys

OUTER = re.compile(r"(not )?ok (\d+) (.*?)(?:\s+# (SKIP|exit=(\d+)).*)?")
INNER = re.compile(r"#\s(?:#\s)*\s*(not )?ok (\d+)(?: -)?\s*([^#]*?)\s*(?:#\s*(\w+).*)?")
TIMEOUT, REPORTS = 124, 121
ENDS = {121: "reports in the kernel log", 122: "the guest crashed", 124: "the guest ran out of time"}


class Program:
    def __init__(self, result, tests):
        self.result, self.tests = result, tests

    def __str__(self):
        """For a cell of the table."""
        total = collections.Counter(self.tests.values())
        ran = total["pass"] + total["fail"]
        return self.result + (f" ({total['pass']} of {ran})" if ran > 1 else "")


class Run:
    """One kernel's results of one category."""

    def __init__(self, folder, category):
        self.category = category
        self.programs, self.status, self.seconds = {}, None, 0
        log, status = folder / f"{category}.log", folder / f"{category}.status"
        if status.exists():
            self.status, self.seconds = map(int, status.read_text().split())
        if log.exists():
            self.parse(log.read_text(errors="replace"))

    def parse(self, text):
        tests, seen = {}, collections.Counter()
        for line in text.splitlines():
            if match := INNER.fullmatch(line):
                name, word = match[3] or f"test {match[2]}", (match[4] or "").upper()
                while name in tests:  # the same words twice are two tests
                    name += "'"
                tests[name] = "skip" if word in ("SKIP", "XFAIL") else "fail" if match[1] else "pass"
            elif match := OUTER.fullmatch(line):
                seen[match[3]] += 1
                name = match[3] + (f" ({seen[match[3]]})" if seen[match[3]] > 1 else "")
                if match[1]:
                    result = "timeout" if match[5] == str(TIMEOUT) else "missing" if match[5] == "127" else "fail"
                else:
                    result = "skip" if match[4] == "SKIP" else "pass"
                self.programs[name] = Program(result, tests)
                tests = {}


def categories(folder):
    return sorted(path.stem for path in (folder / "stock").glob("*.status"))


def worse(stock, patched):
    """Why this program is worse on the patched kernel, or ''."""
    if stock is None:
        return ""
    if patched is None:
        return "no result" if stock.result == "pass" else ""
    if stock.result == "pass" and patched.result != "pass":
        return patched.result
    tests = [name for name, result in stock.tests.items() if result == "pass" and patched.tests.get(name) == "fail"]
    return f"failed: {', '.join(tests)}" if tests else ""


def guest_worse(stock, patched):
    return ENDS.get(patched.status, f"vm run ended with {patched.status}") if patched.status and not stock.status else ""


def suspects(folder):
    for category in categories(folder):
        stock, patched = Run(folder / "stock", category), Run(folder / "patched", category)
        names = [name for name in stock.programs if worse(stock.programs[name], patched.programs.get(name))]
        if not names and guest_worse(stock, patched):
            names = list(stock.programs)
        for name in names:
            # As a program is called, without what calls it
            print(category, re.sub(r" \(\d+\)$", "", name).rpartition("./")[2], sep="\t")


def judge(stock, patched, again):
    """Returns (ok, directive, remark) for a program: stock and patched may be None, again is a list of further runs."""
    why = worse(stock, patched)
    if why:
        reasons = [worse(stock, one) for one in again]
        if not reasons or all(reasons):
            return False, "", f"**new**: {why}; so {len(reasons)} more times"
        return True, "SKIP", f"flaky: {why}; then {', '.join(reason or 'passed' for reason in reasons)}"
    if patched is None:
        return True, "SKIP", "no result on either kernel"
    if patched.result == "pass":
        return True, "", "" if stock and stock.result == "pass" else "passes on the patched kernel only"
    if stock is None:
        return True, "SKIP", "no result on the stock kernel"
    if patched.result == stock.result:
        remarks = {"skip": "skipped on both", "timeout": "too slow for the time limit on both", "missing": "could not be built"}
        return True, "SKIP", remarks.get(patched.result, "fails without the series too")
    return True, "SKIP", "passes on neither"


def facts(folder):
    return dict(line.split(" ", 1) for line in (folder / "facts").read_text().splitlines())


def report(folder):
    fact, rows, failures, number = facts(folder), [], 0, 0
    print("TAP version 13")

    def line(ok, category, name, directive, remark):
        nonlocal number, failures
        number += 1
        failures += not ok
        text = f"{'' if ok else 'not '}ok {number} {category}: {name}".replace("#", "")
        print(text + (f" # {directive} {remark}".rstrip() if directive or remark else ""))

    for category in categories(folder):
        stock, patched = Run(folder / "stock", category), Run(folder / "patched", category)
        again = [Run(path, category) for path in sorted(folder.glob("again-*")) if (path / f"{category}.status").exists()]
        for name in [*stock.programs, *(one for one in patched.programs if one not in stock.programs)]:
            one, other = stock.programs.get(name), patched.programs.get(name)
            ok, directive, remark = judge(one, other, [run.programs.get(name) for run in again])
            line(ok, category, name, directive, remark)
            rows.append((category, name, one or "-", other or "-", remark))
        if not stock.programs and not patched.programs:
            line(False, category, "(no program reported)", "", "")
            rows.append((category, "", "-", "-", "**no program reported**"))
        if stock.status or patched.status:
            why = guest_worse(stock, patched)
            lasting = why and (not again or all(guest_worse(stock, run) for run in again))
            remark = f"**new**: {why}" if lasting else f"flaky: {why}" if why else ENDS.get(stock.status, "without the series too")
            line(not lasting, category, "(the guest)", "" if lasting else "SKIP", remark)
            rows.append((category, "(the guest)", stock.status or "clean", patched.status or "clean", remark))
    if number == 0:
        line(False, "(all)", "no category was run", "", "")
    print(f"1..{number}")
    (folder / "table.md").write_text(table(folder, fact, rows))
    return 1 if failures else 0


def table(folder, fact, rows):
    lines = [
        "<!-- SPDX-License-Identifier: GPL-2.0-only -->",
        f"# The kernel's own selftests of mm: {fact['stock']} and {fact['patched']}",
        "",
        "Written by `vagrant/vm test --selftests`: `run_vmtests.sh` of the same source on both kernels, each category in a guest of",
        f"its own (`{fact['guest']}`, two CPUs). A number in parentheses is how many of a program's own tests passed. A program",
        f"that takes more than {fact['limit']} s is ended. What passes on the stock kernel and not on the patched one is run twice",
        "more there; it is *new* if it never passes, else *flaky*.",
        "",
        "| category | program | stock | patched | remark |",
        "|---|---|---|---|---|",
    ]
    lines += ["| " + " | ".join(str(cell).replace("|", "\\|") for cell in row) + " |" for row in rows]
    lines += ["", "Left out:", "", "| category | why |", "|---|---|"]
    for entry in (folder / "left-out").read_text().splitlines():
        category, why = entry.split(None, 1)
        lines.append(f"| {category} | {why} |")
    return "\n".join(lines) + "\n"


def main(arguments):
    match arguments:
        case ["suspects", folder]:
            suspects(pathlib.Path(folder))
        case ["report", folder]:
            sys.exit(report(pathlib.Path(folder)))
        case _:
            sys.exit(__doc__)


main(sys.argv[1:])
