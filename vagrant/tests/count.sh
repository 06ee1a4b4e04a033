#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The counting of reports: what counts as passed, failed and skipped, and that silence is a failure.

set -euo pipefail
# shellcheck source=tests/tap.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/tap.sh"
counter=$vagrant/lib/count.py

# tap NAME 'PASSED FAILED SKIPPED' STATUS PATTERN: counts the TAP log on stdin
tap() {
	cat >"$scratch/tap"
	counts "$1" "$2" "$4" tap "$scratch/tap" "$3"
}

# counts NAME 'PASSED FAILED SKIPPED' PATTERN COUNTER-ARGUMENTS...
counts() {
	local name=$1 wanted=$2 pattern=$3 got
	shift 3
	"$counter" "$@" >"$scratch/counted" 2>&1 || true
	got=$(head -n 1 "$scratch/counted")
	if [ "$got" = "$wanted" ] && grep -qE -e "$pattern" "$scratch/counted"; then
		report 0 "$name"
	else
		echo "# wanted '$wanted' and /$pattern/, got:"
		sed 's/^/#   /' "$scratch/counted"
		report 1 "$name"
	fi
}

tap 'a kselftest log is counted' '2 1 1' 1 '^F contig.b: not ok' <<'EOT'
TAP version 13
1..4
# Starting 4 tests from 1 test cases.
#  RUN           contig.a ...
#            OK  contig.a
ok 1 contig.a
#  RUN           contig.b ...
# map_contig.c:12:b:Expected 1 (1) == 2 (2)
#          FAIL  contig.b
not ok 2 contig.b
#  RUN           contig.c ...
#      SKIP      one node only
ok 3 contig.c # SKIP one node only
#  RUN           contig.d ...
ok 4 contig.d
# FAILED: 3 / 4 tests passed.
# Totals: pass:2 fail:1 xfail:0 xpass:0 skip:1 error:0
EOT
tap 'the reason of a skip is kept' '1 0 1' 0 '^S contig.c: one node only' <<'EOT'
1..2
ok 1 contig.c # SKIP one node only
ok 2 contig.d
EOT
tap 'a suite that skipped everything says so by status 4' '0 0 1' 4 '^S contig.c: one node only' <<'EOT'
1..1
ok 1 contig.c # SKIP one node only
EOT
tap 'the test during which a suite ended is named' '1 2 0' 139 '^F contig.b: planned, but no result \(exit status 139' <<'EOT'
TAP version 13
1..3
#  RUN           contig.a ...
ok 1 contig.a
#  RUN           contig.b ...
EOT
tap 'no output is a failure' '0 1 0' 127 'no plan' </dev/null
tap 'a log without a plan is a failure' '1 1 0' 0 'no plan' <<'EOT'
ok 1 a
EOT
tap 'an empty plan is a failure' '0 1 0' 0 'no test ran' <<'EOT'
1..0
EOT
tap 'a bad exit status without a failed test is a failure' '1 1 0' 121 'exit status 121' <<'EOT'
1..1
ok 1 a
EOT
tap 'a plan at the end counts' '2 0 0' 0 '^2 0 0' <<'EOT'
ok 1 - a
ok 2 - b
1..2
EOT

mkdir "$scratch/junit" "$scratch/broken" "$scratch/empty"
cat >"$scratch/junit/TEST-a.xml" <<'EOT'
<testsuite name="a" tests="4"><testcase classname="x.FooTest" name="good"/>
<testcase classname="x.FooTest" name="bad"><failure message="expected: 1&#10; but was: 2">trace</failure></testcase>
<testcase classname="x.FooTest" name="worse"><error type="E">java.io.IOException: gone
 at x</error></testcase>
<testcase classname="x.FooTest" name="not"><skipped message="not here"/></testcase></testsuite>
EOT
counts 'JUnit reports are counted' '1 2 1' '^F FooTest.bad: expected: 1 but was: 2' junit 1 "$scratch/junit"
counts 'an error is a failure' '1 2 1' '^F FooTest.worse: java.io.IOException: gone' junit 1 "$scratch/junit"
counts 'the reason of a JUnit skip is kept' '1 2 1' '^S FooTest.not: not here' junit 1 "$scratch/junit"
mkdir "$scratch/lines"
cat >"$scratch/lines/TEST-l.xml" <<'EOT'
<testsuite><testcase classname="x.FooTest" name="lines"><skipped type="org.opentest4j.TestAbortedException"><![CDATA[org.opentest4j.TestAbortedException: 
assumption was not met due to: [no such kernel] 
	at x.FooTest.lines(FooTest.java:1)
]]></skipped></testcase>
<testcase classname="x.FooTest" name="mute"><skipped type="org.opentest4j.TestAbortedException"><![CDATA[org.opentest4j.TestAbortedException
	at x.FooTest.mute(FooTest.java:1)
]]></skipped></testcase></testsuite>
EOT
counts 'so is one of several lines' '0 0 2' '^S FooTest.lines: assumption was not met due to: \[no such kernel\]$' junit 0 "$scratch/lines"
counts 'a skip without a reason is said to have none' '0 0 2' '^S FooTest.mute: no reason given$' junit 0 "$scratch/lines"
printf '<testsuite><testcase' >"$scratch/broken/TEST-b.xml"
counts 'an unreadable report is a failure' '0 1 0' 'unreadable report' junit 0 "$scratch/broken"
counts 'no report is a failure' '0 1 0' 'no test ran' junit 0 "$scratch/empty"
counts 'a missing folder is a failure' '0 1 0' 'no test ran' junit 0 "$scratch/none"
echo '<testsuite><testcase classname="a" name="b"/></testsuite>' >"$scratch/empty/TEST-c.xml"
counts 'a failed Maven without a failed test is a failure' '1 1 0' 'exit status 1,' junit 1 "$scratch/empty"

printf '1..2\nnot ok 1 a\nok 2 b\n' >"$scratch/broken/tap"
printf '1..1\nok 1 a # SKIP no\n' >"$scratch/empty/tap"

stock() {
	cat >"$scratch/tap"
	counts "$1" "$2" "$4" stock "$scratch/tap" "$3" probe
}
stock 'the negative control passes when the selftest fails' '1 0 0' 1 '^1 0 0' <<'EOT'
1..2
not ok 1 contig.probe
ok 2 contig.other
EOT
stock 'a selftest that passes on the stock kernel is a failure' '0 1 0' 0 'no failure' <<'EOT'
1..1
ok 1 contig.probe
EOT
stock 'a probe that passes on the stock kernel is a failure' '0 1 0' 1 'without MAP_CONTIG: contig.probe' <<'EOT'
1..2
ok 1 contig.probe
not ok 2 contig.other
EOT
stock 'a selftest that did not run proves nothing' '0 1 0' 127 'did not run to its end' </dev/null
stock 'a selftest that was cut off proves nothing' '0 1 0' 122 'did not run to its end' <<'EOT'
1..2
not ok 1 contig.probe
EOT
counts 'without a probe any failure will do' '1 0 0' '^1 0 0' stock "$scratch/broken/tap" 1
counts 'without a probe and a failure there is no control' '0 1 0' 'no failure' stock "$scratch/empty/tap" 0

finish
