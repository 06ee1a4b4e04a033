#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Counts the tests of one suite from its reports; silence is a failure.

count.py tap   FILE STATUS            a TAP version 13 log (kselftest harness or tests/*.sh) and its program's exit status
count.py junit STATUS FOLDER...       folders with TEST-*.xml (Surefire, Failsafe) and Maven's exit status
count.py stock FILE STATUS [PROBE]    the negative control: the same TAP log on the stock kernel. One test, which passes
                                      only if the program ran to its end and failures were reported, among them every
                                      test whose name contains PROBE

Prints 'PASSED FAILED SKIPPED' on the first line, then a line for each failure ('F name: why') and skip ('S name: why').
Exit status 0 also when tests failed; anything else means that this program did not do its work.
"""

import pathlib
import re
import sys
import xml.etree.ElementTree as ElementTree


SKIPPED_ALL = 4  # KSFT_SKIP


class Count:
    def __init__(self):
        self.passed, self.failed, self.skipped = 0, [], []

    def fail(self, name, why):
        self.failed.append((name, " ".join(why.split())[:300]))

    def skip(self, name, why):
        self.skipped.append((name, " ".join(why.split())[:300]))

    def total(self):
        return self.passed + len(self.failed) + len(self.skipped)

    def check_end(self, status):
        """A program that found nothing, or ended badly without a failed test to explain it, is a failure itself."""
        if self.total() == 0:
            self.fail("(suite)", f"no test ran (exit status {status})")
        elif status == SKIPPED_ALL and not self.passed and not self.failed:
            pass
        elif status != 0 and not self.failed:
            self.fail("(suite)", f"exit status {status}, although no test failed")

    def print(self):
        print(self.passed, len(self.failed), len(self.skipped))
        for mark, entries in (("F", self.failed), ("S", self.skipped)):
            for name, why in entries:
                print(f"{mark} {name}: {why}")


RESULT = re.compile(r"(not )?ok (\d+)(?: -)?\s*([^#]*?)\s*(?:#\s*(.*))?")


def parse_tap(path):
    """Returns plan (None without one), results as (number, name, ok, directive) and the names of tests begun."""
    plan, results, begun = None, [], []
    for line in pathlib.Path(path).read_text(errors="replace").splitlines():
        if match := re.fullmatch(r"1\.\.(\d+)(?:\s*#.*)?", line):
            plan = int(match[1])
        elif match := re.fullmatch(r"#\s+RUN\s+(\S+) \.\.\.", line):
            begun.append(match[1])
        elif match := RESULT.fullmatch(line):
            results.append((int(match[2]), match[3] or f"test {match[2]}", not match[1], match[4] or ""))
    return plan, results, begun


def count_tap(path, status):
    count = Count()
    plan, results, begun = parse_tap(path)
    for _, name, passed, directive in results:
        if passed and directive.upper().startswith("SKIP"):
            count.skip(name, directive[4:] or "no reason given")
        elif passed:
            count.passed += 1
        else:
            count.fail(name, directive or "not ok")
    if plan is None:
        count.fail("(suite)", f"no plan: the program did not start or was cut off (exit status {status})")
    else:
        seen = {number for number, *_ in results}
        names = {name for _, name, *_ in results}
        lost = [name for name in begun if name not in names]
        for number in sorted(set(range(1, plan + 1)) - seen):
            # The first one lost is the one during which the suite ended
            count.fail(lost.pop(0) if lost else f"test {number}", f"planned, but no result (exit status {status})")
    count.check_end(status)
    return count


def skip_reason(skipped):
    """What the assumption says. If that has several lines, it is in the stack trace alone, behind the exception's name."""
    if message := skipped.get("message"):
        return message
    for line in (skipped.text or "").splitlines():
        line = re.sub(r"^[\w.$]+(Exception|Error):?", "", line).strip()
        if line and not line.startswith("at "):
            return line
    return "no reason given"


def count_junit(status, folders):
    count = Count()
    for folder in folders:
        for path in sorted(pathlib.Path(folder).glob("TEST-*.xml")):
            try:
                suite = ElementTree.parse(path).getroot()
            except ElementTree.ParseError as error:
                count.fail(path.name, f"unreadable report: {error}")
                continue
            cases = list(suite.iter("testcase"))
            if not cases:
                count.fail(path.name, "a report without tests")
            for case in cases:
                name = f"{case.get('classname', '?').rpartition('.')[2]}.{case.get('name', '?')}"
                bad = next((case.find(tag) for tag in ("failure", "error") if case.find(tag) is not None), None)
                skipped = case.find("skipped")
                if bad is not None:
                    count.fail(name, bad.get("message") or (bad.text or "no message").strip().partition("\n")[0])
                elif skipped is not None:
                    count.skip(name, skip_reason(skipped))
                else:
                    count.passed += 1
    count.check_end(status)
    return count


def count_stock(path, status, probe=None):
    count = Count()
    plan, results, _ = parse_tap(path)
    failed = {name for _, name, passed, _ in results if not passed}
    probes = [name for _, name, *_ in results if probe and probe in name]
    name = "the selftest fails on the stock kernel"
    if plan is None or len(results) != plan:
        count.fail(name, f"it did not run to its end ({len(results)} results of {plan}, exit status {status})")
    elif status == 0 or not failed:
        count.fail(name, f"it reported no failure (exit status {status}): it does not test what it names")
    elif probe and not probes:
        count.fail(name, f"there is no test with '{probe}' in its name")
    elif passed := [one for one in probes if one not in failed]:
        count.fail(name, f"passed on a kernel without MAP_CONTIG: {', '.join(passed)}")
    else:
        count.passed += 1
    return count


def main(arguments):
    match arguments:
        case ["tap", path, status]:
            count = count_tap(path, int(status))
        case ["junit", status, *folders] if folders:
            count = count_junit(int(status), folders)
        case ["stock", path, status, *probe] if len(probe) <= 1:
            count = count_stock(path, int(status), *probe)
        case _:
            sys.exit(__doc__)
    count.print()


main(sys.argv[1:])
