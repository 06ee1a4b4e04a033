#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# What bench measures and in which guests, and that no failure of a part goes unnoticed: with a vm and a java that only pretend.

set -euo pipefail
# shellcheck source=tests/tap.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/tap.sh"

mkdir -p "$scratch"/checkout/{kernel-patch/6.12,vagrant} "$scratch/bin"
ln -s "$vagrant/lib" "$scratch/checkout/vagrant/"
cat >"$scratch/checkout/vagrant/vm" <<-VM
	#!/bin/bash
	echo "\$*" >>'$scratch/calls'
	[ -z "\${FAIL:-}" ] || [[ "\$*" != *"--name \$FAIL "* ]] || exit 3
VM
# shellcheck disable=SC2016 # for that shell
printf '#!/bin/sh\necho "java $*" >>"%s/calls"\nexit "${REPORT:-0}"\n' "$scratch" >"$scratch/bin/java"
printf '#!/bin/sh\necho QEMU emulator version 1\n' >"$scratch/bin/qemu-system-x86_64"
chmod +x "$scratch/checkout/vagrant/vm" "$scratch"/bin/*

# bench WORDS...: the command, with nothing installed or built.
bench() {
	rm -rf "$scratch/results"
	: >"$scratch/calls"
	# shellcheck disable=SC2016 # for that shell
	PATH=$scratch/bin:$PATH bash -c '
		set -euo pipefail
		vagrant=$1
		shift
		. "$vagrant/lib/load.sh"
		install_missing() { :; }
		update_package_lists() { :; }
		build_jars() { :; }
		parse_options bench "$@"
		command_bench' test "$scratch/checkout/vagrant" --results "$scratch/results" "$@"
}

# calls PATTERN: how many calls have it.
calls() { grep -cE -e "$1" "$scratch/calls" || true; }

expect 'bench measures each state in a guest of its own' 0 'state 7 of 7, reserve' bench
check 'and then makes the report' test "$(tail -n 1 "$scratch/calls" | grep -c 'java .*FragmentationReport .*/results')" = 1
check 'seven guests' test "$(calls '^run ')" = 7
check 'the reserve and the dma-heap are in one guest' test "$(calls 'contig_cma=1G --append cma=1G .*contig-reserve,dma-heap')" = 1
check 'a state that is made is measured inside it' \
	test "$(calls '/fragment --seed 1 --free 25% .* -- .*/measure --out /results --name quarter --seed 1 ')" = 1
check 'a fresh one is measured as it is' test "$(calls '/fragment .*--name fresh ')$(calls '--name fresh ')" = 01
check 'what was asked for is written down' grep -q '^state half: guest --memory 4G; fragment --free 50% .*; status 0$' "$scratch/results/machine.txt"
check 'and the command to have it again' grep -q '^command: vagrant/vm bench --kernel 6.12 --accel auto$' "$scratch/results/machine.txt"

check 'the report is of this run alone' test "$(grep -c 'FragmentationReport .*/results$' "$scratch/calls")" = 1
mkdir -p "$scratch/earlier/half"
touch "$scratch/earlier/half/summary.csv"
expect 'an earlier run can be compared' 0 '' bench --quick --compare "$scratch/earlier"
check 'the report is given it' test "$(grep -c 'FragmentationReport .*/results .*/earlier$' "$scratch/calls")" = 1

expect '--quick has fewer states' 0 'state 2 of 2' bench --quick
check 'two guests' test "$(calls '^run ')" = 2
expect 'the stock kernel can be measured too' 0 '' bench --quick --stock
check 'with --stock for each guest' test "$(calls '^run .*--stock')" = 2

FAIL=half expect 'a state that failed is named, the others are measured' 125 'failed: half \(status 3\)' bench --quick
check 'none was left out' test "$(calls '^run ')" = 2
check 'its status is written down' grep -q '^state half: .*; status 3$' "$scratch/results/machine.txt"
REPORT=1 expect 'so is a report that failed' 125 'failed: the report' bench --quick

expect '--only measures one state' 0 'state 1 of 1, quarter' bench --only quarter
check 'in one guest' test "$(calls '^run ')" = 1
mkdir -p "$scratch/used/half"
expect 'a state that was measured is not measured again' 125 'half is there already' bench --results "$scratch/used"
check 'and no other' test "$(calls '^run ')" = 0
expect 'others can be added' 0 '' bench --only quarter,reserve --results "$scratch/used"

finish
