#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# What test runs on which kernel, and that nothing is left out unnoticed: with a kernel tool and a vm that only pretend.

set -euo pipefail
# shellcheck source=tests/tap.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/tap.sh"

# A checkout whose guests are this machine: 'vm run' runs the command, with /results in the folder for results.
pretend() {
	rm -rf "$scratch/checkout"
	mkdir -p "$scratch"/checkout/{kernel-patch/6.12,kernel-patch/7.2,vagrant,native/target} "$scratch/product/selftests"
	ln -s "$vagrant/lib" "$vagrant/guest" "$scratch/checkout/vagrant/"
	cat >"$scratch/checkout/kernel-patch/kernel" <<-TOOL
		#!/bin/sh
		[ "\$1" = packages ] || echo '$scratch/product'
	TOOL
	cat >"$scratch/checkout/vagrant/vm" <<-VM
		#!/bin/bash
		echo "\$*" >>'$scratch/calls'
		while [ "\$1" != -- ]; do
			[ "\$1" != --results ] || results=\$2
			[ "\$1" != --stock ] || export ON_STOCK=yes
			shift
		done
		shift
		case \$1 in
		*/guest/programs) sed "s|/results/|\$results/|g" "\$1" >'$scratch/programs'; shift; exec bash '$scratch/programs' "\$@" ;;
		*/guest/kselftests)
			rm -rf '$scratch/stage'
			sed "s|^stage=.*|stage='$scratch/stage'|" "\$1" >'$scratch/kselftests'
			shift
			exec bash '$scratch/kselftests' "\$@"
			;;
		*) exec "\$@" ;;
		esac
	VM
	chmod +x "$scratch/checkout/kernel-patch/kernel" "$scratch/checkout/vagrant/vm"
	: >"$scratch/calls"
	rm -f "$scratch"/product/selftests/*
	for program in map_contig map_contig_consumers map_contig_policy map_contig_stability map_contig_inject; do
		program "$program" 0 'ok 1 probe'
	done
}

# program NAME STATUS RESULT: a selftest with that one result.
program() {
	printf '#!/bin/sh\necho 1..1\necho "%s"\nexit %s\n' "$3" "$2" >"$scratch/product/selftests/$1"
	chmod +x "$scratch/product/selftests/$1"
}

# in_test WORDS-OF-TEST COMMAND...: a function of lib/ as test calls it, then the table.
in_test() {
	local words=$1
	shift
	# shellcheck disable=SC2016,SC2086 # for that shell; several words
	bash -c '
		set -euo pipefail
		vagrant=$1
		shift
		. "$vagrant/lib/load.sh"
		install_missing() { :; }
		update_package_lists() { :; }
		fetch_package_lists() { touch "$project/fetched"; }
		words=()
		while [ "$1" != run ]; do words+=("$1"); shift; done
		shift
		parse_options test ${words[@]+"${words[@]}"}
		logs=$build/test
		rm -rf "$logs"
		mkdir -p "$logs"
		suites=() remarks=() sum_passed=0 sum_failed=0 sum_skipped=0
		"$@"
		[ ${#suites[@]} = 0 ] || print_results' test "$scratch/checkout/vagrant" $words run "$@"
}

pretend
plan_is() {
	local name=$1 words=$2
	shift 2
	in_test "$words" plan >"$scratch/plan" 2>&1 || true
	check "$name" diff "$scratch/plan" <(printf '%s\n' "$@")
}
all='boot selftests fuzz java demo walk fragment cost controls verbs'
usual='boot selftests java demo walk controls verbs'
plan_is 'test runs on one kernel' '' "6.12 base $usual"
plan_is 'test runs on the kernel it is told' '--kernel 7.2 --config debug' "7.2 debug $usual"
plan_is 'test --ci has three kernels' --ci "6.12 base $usual" '6.12 debug selftests' '7.2 base selftests java demo'
plan_is 'test --all has both kernels with both configs' --all \
	"6.12 base $all check kernels-own" '6.12 debug selftests fuzz java demo controls' \
	"7.2 base $all check kernels-own" '7.2 debug selftests fuzz java demo controls'
plan_is 'a part of --all is what it does there' '--all --kernel 7.2 --config debug' '7.2 debug selftests fuzz java demo controls'
plan_is '--all may be told the kernel alone' '--kernel 6.12 --all' \
	"6.12 base $all check kernels-own" '6.12 debug selftests fuzz java demo controls'
plan_is '--all may be told the config alone' '--all --config base' "6.12 base $all check kernels-own" "7.2 base $all check kernels-own"
plan_is 'test --selftests is one suite' '--selftests --kernel 7.2' '7.2 base kernels-own'
plan_is '--only takes some of the groups' '--ci --only java,demo' '6.12 base java demo' '7.2 base java demo'
for group in $all style check kernels-own; do
	plan_is "--only runs $group" "--only $group" "6.12 base $group"
done

expect 'a base kernel has four selftests, one of them in two guests' 0 '^6 passed, 0 failed' in_test '--only selftests' kernel_suites 6.12 base selftests
check 'each has the guest that it needs' grep -q -- '--numa 2 .*/map_contig_policy -T C15_[^ ]*$' "$scratch/calls"
check 'a test that needs another one has that' grep -q -- '--memory 2G .*/map_contig_policy -t C15_[^ ]*$' "$scratch/calls"
check 'fault injection is not for base' test -z "$(grep map_contig_inject "$scratch/calls")"
expect 'a debug kernel has five' 0 '^7 passed, 0 failed' in_test '--only selftests' kernel_suites 6.12 debug selftests
expect 'with --ci it is three' 0 '^5 passed, 0 failed' in_test --ci kernel_suites 6.12 base selftests
expect 'and one on the debug kernel' 0 '^2 passed, 0 failed' in_test --ci kernel_suites 6.12 debug selftests
expect 'a fuzzer that can not be built is a failure' 1 'FAILED +6.12: native: fuzz|FAILED +native: fuzz' in_test '' kernel_suites 6.12 base fuzz
printf 'target/fuzz:\n\t@true\n' >"$scratch/checkout/native/Makefile"
expect 'the fuzzer that is not there is one' 1 'fuzz: .*there is no program fuzz' in_test '' kernel_suites 6.12 base fuzz
cp "$scratch/product/selftests/map_contig" "$scratch/checkout/native/target/fuzz"
expect 'the fuzzer that is there is run' 0 '^3 passed, 0 failed' in_test '' kernel_suites 6.12 base fuzz
printf 'target/fuzz target/fragment target/measure:\n\t@true\n' >"$scratch/checkout/native/Makefile"
expect 'a check of the tools of bench that is not there is a failure' 1 'fragment: .*there is no program check' \
	in_test '' kernel_suites 6.12 base fragment
mkdir -p "$scratch/checkout/native/tools/fragment"
cp "$scratch/product/selftests/map_contig" "$scratch/checkout/native/tools/fragment/check"
expect 'the one that is there is run' 0 '^4 passed, 0 failed' in_test '' kernel_suites 6.12 base fragment
check 'with a seed and a limit of time' grep -q -- '--seconds 60 --seed 20[0-9]* --regressions' "$scratch/calls"

rm "$scratch/product/selftests/map_contig_policy"
expect 'a selftest that was not built is a failure' 1 'FAILED .*there is no program map_contig_policy' \
	in_test '--only selftests' kernel_suites 6.12 base selftests
program map_contig_policy 0 'ok 1 probe'
program map_contig_other 0 'ok 1 probe'
expect 'a selftest that the table does not know is a failure' 1 'FAILED .*map_contig_other: .*a selftest of the series' \
	in_test '--only selftests' kernel_suites 6.12 base selftests

pretend
expect 'a selftest that passes on the stock kernel is a failure' 1 '^7 passed, 4 failed' \
	in_test '--only selftests,controls' kernel_suites 6.12 base selftests controls
for program in map_contig map_contig_consumers map_contig_policy map_contig_stability; do
	program "$program" 1 'not ok 1 probe'
done
expect 'selftests that fail there are the control' 1 '^6 passed, 5 failed' in_test '--only selftests,controls' kernel_suites 6.12 base selftests controls
check 'a failure names its suite' grep -qx 'FAILED  6.12: map_contig: probe: not ok' "$scratch/out"
check 'and count as passed' grep -q '6.12: map_contig_policy, stock  *1  *0  *0' "$scratch/out"
rm "$scratch/product/selftests/map_contig_policy"
expect 'one that is not there is no control' 1 'map_contig_policy, stock  *0  *1  *0' \
	in_test '--only selftests,controls' kernel_suites 6.12 base selftests controls
# The kernel's own: a run_vmtests.sh that starts its programs as the real one does.
pretend
rm -rf "$scratch/product/kselftests"
mkdir "$scratch/product/kselftests"
echo 6.12.0 >"$scratch/product/release"
cat >"$scratch/product/kselftests/run_vmtests.sh" <<'END'
#!/bin/bash
while getopts t: option; do wanted=$OPTARG; done
run_test() {
	[ "$CATEGORY" = "$wanted" ] || return 0
	"$@" | sed 's/^/# /'
	case ${PIPESTATUS[0]} in
	0) echo "ok $((++n)) ${*#./}" ;;
	4) echo "ok $((++n)) ${*#./} # SKIP" ;;
	*) echo "not ok $((++n)) ${*#./} # exit=1" ;;
	esac
}
n=0
CATEGORY="mlock" run_test ./good
CATEGORY="mlock" run_test ./worse -x 1
CATEGORY="mlock" run_test ./flaky
CATEGORY="hmm" run_test ./module
echo "1..$n"
END
cd "$scratch/product/kselftests"
printf '#!/bin/sh\nexec ./part\n' >good
printf '#!/bin/sh\nexit 0\n' | tee part module >/dev/null
# shellcheck disable=SC2016 # for that script
printf '#!/bin/sh\n[ "$1" = -x ] && [ -n "$ON_STOCK" ]\n' >worse
# shellcheck disable=SC2016 # the same
printf '#!/bin/sh\n[ -n "$ON_STOCK" ] || ! mkdir "%s/flaked"\n' "$scratch" >flaky
chmod +x ./*
cd "$tests"
expect "the kernel's own selftests are compared" 1 '^3 passed, 1 failed, 1 skipped' \
	in_test --selftests kernel_suites 6.12 base kernels-own
check 'what passes on the stock kernel alone is new' grep -q '^FAILED .*mlock: worse -x 1: .*new.*: fail; so 2 more times' "$scratch/out"
check 'what passes when it is run again is flaky' grep -q '^skipped .*mlock: flaky: flaky: fail; then passed, passed' "$scratch/out"
check 'only what seemed worse is run again' grep -q 'ok 1 good # SKIP' \
	"$scratch/checkout/vagrant/.build/test/6-12-the-kernel-s-own-selftests.results/again-1/mlock.log"
check 'a category that is left out is not run' test -z "$(grep 'kselftests hmm' "$scratch/calls")"
check 'the table is beside the series' grep -qxF '| hmm | needs a module; the guest'"'s kernel has none |" \
	"$scratch/checkout/kernel-patch/selftests-6.12.md"

printf '#!/bin/sh\nexit 1\n' >"$scratch/checkout/kernel-patch/kernel"
expect 'a kernel that can not be built is tried once' 1 '^0 passed, 2 failed' in_test '' kernel_suites 6.12 base selftests fuzz
# shellcheck disable=SC2016 # for that script
printf '#!/bin/sh\n[ -e "${0%%/*}/../fetched" ] || exit 3\necho %s\n' "$scratch/product" >"$scratch/checkout/kernel-patch/kernel"
expect 'old package lists are fetched anew, and the build tried again' 0 '^1 passed, 0 failed' in_test '' kernel_suites 6.12 base
check 'and only then' test -e "$scratch/checkout/fetched"
expect 'controls without what they control are no success' 125 'no suite was run' in_test '--only controls' print_results


finish
