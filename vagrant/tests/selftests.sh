#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The comparison of the kernel's own selftests on two kernels: what is new, flaky, the same on both; and the table.

set -euo pipefail
# shellcheck source=tests/tap.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/tap.sh"
compare=$vagrant/lib/kselftests.py
folder=$scratch/runs

# fresh: an empty folder of runs.
fresh() {
	rm -rf "$folder"
	mkdir -p "$folder"
	printf '%s\n' 'stock 6.12.0-stock' 'patched 6.12.0-mapcontig' 'guest --memory 4G' 'limit 240' >"$folder/facts"
	echo 'hmm  needs a module' >"$folder/left-out"
}

# run NAME CATEGORY STATUS: the log on stdin, as run_vmtests.sh prints it.
run() {
	mkdir -p "$folder/$1"
	cat >"$folder/$1/$2.log"
	echo "$3 10" >"$folder/$1/$2.status"
}

both() { tee "$scratch/both" | run stock "$1" 0; run patched "$1" 0 <"$scratch/both"; }

fresh
both mlock <<'EOT'
TAP version 13
# running ./a
# [PASS]
ok 1 a
# [SKIP]
ok 2 b # SKIP
# [FAIL]
not ok 3 c -x 1 # exit=1
not ok 4 d # exit=124
# SUMMARY: PASS=1 SKIP=1 FAIL=2
1..4
EOT
expect 'two equal runs have no suspects' 0 '' "$compare" suspects "$folder"
check 'and name none' test ! -s "$scratch/out"
expect 'what fails on both is no failure' 0 '^ok 3 mlock: c -x 1 # SKIP fails without the series too' "$compare" report "$folder"
check 'what passes on both passes' grep -qx 'ok 1 mlock: a' "$scratch/out"
check 'what is skipped on both is skipped' grep -q '^ok 2 mlock: b # SKIP skipped on both' "$scratch/out"
check 'a time limit is told from a failure' grep -q '^ok 4 mlock: d # SKIP too slow' "$scratch/out"
check 'there is a plan' grep -qx '1..4' "$scratch/out"
check 'the table has a line for each program' grep -qxF '| mlock | c -x 1 | fail | fail | fails without the series too |' "$folder/table.md"
check 'the table says what was left out' grep -qxF '| hmm | needs a module |' "$folder/table.md"

fresh
printf 'ok 1 a\nok 2 sudo -u nobody ./b\n' | run stock mlock 0
printf 'ok 1 a\nnot ok 2 sudo -u nobody ./b # exit=1\n' | run patched mlock 0
expect 'what passes on stock alone is a suspect, as it is called' 0 "^mlock$(printf '\t')b\$" "$compare" suspects "$folder"
printf 'ok 1 a # SKIP\nnot ok 2 sudo -u nobody ./b # exit=1\n' | run again-1 mlock 0
printf 'ok 1 a # SKIP\nnot ok 2 sudo -u nobody ./b # exit=1\n' | run again-2 mlock 0
expect 'what never passes is new' 1 '^not ok 2 mlock: sudo -u nobody ./b # .*new' "$compare" report "$folder"
printf 'ok 1 a # SKIP\nok 2 sudo -u nobody ./b\n' | run again-2 mlock 0
expect 'what passes once is flaky' 0 '^ok 2 mlock: sudo -u nobody ./b # SKIP flaky: fail; then fail, passed' "$compare" report "$folder"

fresh
run stock cow 0 <<'EOT'
# ok 1 No leak from parent into child
# ok 2 Basic COW
# # Totals: pass:2 fail:0
not ok 1 cow # exit=1
1..1
EOT
run patched cow 0 <<'EOT'
# ok 1 No leak from parent into child
# not ok 2 Basic COW
not ok 1 cow # exit=1
1..1
EOT
expect "a test within a program that fails anyway is seen" 1 'not ok 1 cow: cow # .*failed: Basic COW' "$compare" report "$folder"
check "the table counts a program's own tests" grep -qF '| cow | fail (2 of 2) | fail (1 of 2) |' "$folder/table.md"

fresh
printf 'ok 1 a\nok 2 b\n' | run stock thp 0
printf 'ok 1 a\n' | run patched thp 122
expect 'a program lost in a crash is new' 1 'not ok 2 thp: b # .*no result' "$compare" report "$folder"
check 'the crash is a failure of its own' grep -q '^not ok 3 thp: (the guest) # .*crashed' "$scratch/out"
printf 'ok 1 a\nok 2 b\n' | run patched thp 121
expect 'a report in the kernel log is new' 1 'not ok 3 thp: .the guest. # .*reports in the kernel log' "$compare" report "$folder"
expect 'and all of its category are suspects' 0 "^thp$(printf '\t')b\$" "$compare" suspects "$folder"
printf 'ok 1 a\nok 2 b\n' | run stock thp 121
expect 'a report on both kernels is not new' 0 'ok 3 thp: .the guest. # SKIP' "$compare" report "$folder"

fresh
mkdir "$folder/stock"
expect 'nothing run is a failure' 1 'no category was run' "$compare" report "$folder"
run stock ksm 0 </dev/null
run patched ksm 0 </dev/null
expect 'a category without a program is a failure' 1 'not ok 1 ksm: .no program reported' "$compare" report "$folder"

finish
