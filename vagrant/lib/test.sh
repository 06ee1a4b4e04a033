# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# The command test: suites, each a program of its own whose reports are counted, a table of them, and the sum.

command_test() {
	local suite
	install_missing guest kernel java
	update_package_lists
	logs=$build/test
	rm -rf "$logs"
	mkdir -p "$logs"
	vm_options=(--kernel "$opt_kernel" --config "$opt_config" --accel "$opt_accel")
	suites=() sum_passed=0 sum_failed=0 sum_skipped=0

	for suite in options kernellog count; do
		tap_suite "vagrant: $suite" "$vagrant/tests/$suite.sh"
	done
	unit_suite
	# Both kernels first: what follows then measures tests, not builds
	step_suite 'kernel: build' "$project/kernel-patch/kernel" build --kernel "$opt_kernel" --config "$opt_config"
	step_suite 'kernel: build --stock' "$project/kernel-patch/kernel" build --kernel "$opt_kernel" --config "$opt_config" --stock
	tap_suite 'vagrant: boot' "$vagrant/tests/boot.sh" "${vm_options[@]}" --stock
	selftest_suites
	guest_suite patched
	guest_suite stock --stock
	demo_suite 'demo' 0
	demo_suite 'demo --stock' 3 --stock
	tap_suite 'vagrant: verbs' "$vagrant/tests/verbs.sh" "${vm_options[@]}"
	print_results
}

# run_child COMMAND...: in the background and waited for, so that a signal to vm ends it at once.
run_child() {
	local status=0
	"$@" </dev/null &
	child=$!
	wait "$child" || status=$?
	child=''
	return "$status"
}

stop_child() {
	[ -z "${child:-}" ] || {
		kill -TERM "$child" 2>/dev/null
		wait "$child" 2>/dev/null
	}
}
at_exit stop_child

# log_of SUITE EXTENSION: where a suite's output goes.
log_of() {
	local name=${1//[^a-zA-Z0-9]/-}
	echo "$logs/${name//--/-}.$2"
}

# count SUITE SECONDS COUNTER-ARGUMENTS...: adds the counted reports of a suite to the table and shows what failed.
count() {
	local suite=$1 seconds=$2 counted passed failed skipped
	shift 2
	counted=$(log_of "$suite" counts)
	"$vagrant/lib/count.py" "$@" >"$counted" || die "the reports of '$suite' could not be counted"
	read -r passed failed skipped <"$counted"
	[[ $passed$failed$skipped =~ ^[0-9]+$ ]] || die "the reports of '$suite' could not be counted"
	suites+=("$(printf '%-32s %7d %7d %7d %8d s' "$suite" "$passed" "$failed" "$skipped" "$seconds")")
	sum_passed=$((sum_passed + passed)) sum_failed=$((sum_failed + failed)) sum_skipped=$((sum_skipped + skipped))
	say "$suite: $passed passed, $failed failed, $skipped skipped"
	sed -n 's/^F /vm:   FAILED /p; s/^S /vm:   skipped /p' "$counted" >&2
}

# A program that prints TAP.
tap_suite() {
	local suite=$1 log status=0 begin=$SECONDS
	shift
	log=$(log_of "$suite" tap)
	say "$suite ..."
	run_child "$@" >"$log" 2>"$log.err" || status=$?
	count "$suite" $((SECONDS - begin)) tap "$log" "$status"
	show_failure "$log" "$status"
}

# A step without tests of its own: it counts as one.
step_suite() {
	local suite=$1 log status=0 begin=$SECONDS
	shift
	log=$(log_of "$suite" tap)
	say "$suite ..."
	run_child "$@" >"$log.err" 2>&1 || status=$?
	one_result "$suite" "$status" "exit status $status" >"$log"
	count "$suite" $((SECONDS - begin)) tap "$log" 0
	show_failure "$log" "$status"
}

# one_result NAME OK WHY: a TAP log of one test.
one_result() {
	echo 'TAP version 13'
	echo '1..1'
	if [ "$2" = 0 ]; then echo "ok 1 $1"; else echo "not ok 1 $1 # $3"; fi
}

# The failed tests' own words, and what else the program said.
show_failure() {
	local log=$1
	[ "$2" != 0 ] || return 0
	grep -B 12 '^not ok' "$log" | tail -n 60 | sed 's/^/    /' >&2 || true
	[ ! -s "$log.err" ] || tail -n 30 "$log.err" | sed 's/^/    /' >&2
	say "logs: $log, $log.err"
}

unit_suite() {
	local suite='java: unit tests' log status=0 begin=$SECONDS folders
	log=$(log_of "$suite" log)
	say "$suite ..."
	remove_reports surefire-reports
	run_child mvn -B -f "$project/pom.xml" package -Dmaven.test.failure.ignore=false --fail-at-end >"$log" 2>&1 || status=$?
	mapfile -t folders < <(reports surefire-reports)
	count "$suite" $((SECONDS - begin)) junit "$status" "${folders[@]:-$project/java/core/target/surefire-reports}"
	[ "$status" = 0 ] || show_maven_failure "$log"
}

# guest_suite GROUP [OPTION...]: the JUnit classes of java/guest-tests with that tag, in a guest.
guest_suite() {
	local group=$1 suite="java: guest tests, $1" log status=0 begin=$SECONDS
	shift
	log=$(log_of "$suite" log)
	say "$suite ..."
	remove_reports failsafe-reports
	run_child env MAPCONTIG_VM="$(words "${vm_options[@]}" "$@" --append contig_cma=512M --memory 4G --device edu)" \
		mvn -B -f "$project/pom.xml" verify -pl java/guest-tests -am -DskipUnitTests \
		-Dguest.jvm="$vagrant/guest/bin/java" -Dguest.groups="$group" >"$log" 2>&1 || status=$?
	cp -r "$project/java/guest-tests/target/failsafe-reports" "$(log_of "$suite" reports)" 2>/dev/null || true
	count "$suite" $((SECONDS - begin)) junit "$status" "$project/java/guest-tests/target/failsafe-reports"
	[ "$status" = 0 ] || show_maven_failure "$log"
}

show_maven_failure() {
	grep -vE '^\[ERROR\] *(	at .*)?$|\[Help 1\]|Re-run Maven|full stack trace' "$1" | tail -n 60 | sed 's/^/    /' >&2
	say "log: $1"
}

reports() { find "$project/java" "$project/native" -type d -name "$1" -path '*/target/*'; }

# Yesterday's reports must not count as today's.
remove_reports() {
	reports "$1" | while IFS= read -r folder; do
		rm -rf "$folder"
	done
}

# words WORD...: one line that a shell, or MAPCONTIG_VM, splits into these words again.
words() { printf "'%s' " "$@"; }

# The kernel's own selftest: on the patched kernel it must pass, on the stock kernel it must fail, the probe included.
selftest_suites() {
	local suite log status begin

	suite='kernel: selftest'
	log=$(log_of "$suite" tap)
	begin=$SECONDS status=0
	say "$suite ..."
	run_selftest "$log" || status=$?
	count "$suite" $((SECONDS - begin)) tap "$log" "$status"
	show_failure "$log" "$status"

	suite='kernel: selftest, stock'
	log=$(log_of "$suite" tap)
	begin=$SECONDS status=0
	say "$suite ..."
	run_selftest "$log" --stock || status=$?
	count "$suite" $((SECONDS - begin)) stock "$log" "$status" probe
}

# run_selftest LOG [--stock]
run_selftest() {
	local log=$1 product
	shift
	product=$("$project/kernel-patch/kernel" build --kernel "$opt_kernel" --config "$opt_config" "$@" 2>"$log.err") || {
		: >"$log"
		return 1
	}
	run_child "$vagrant/vm" run "${vm_options[@]}" "$@" --append contig_cma=512M --memory 4G --share "$product" \
		-- "$product/selftests/map_contig" >"$log" 2>>"$log.err"
}

# demo_suite NAME STATUS [OPTION...]: 0 is proven; 3 is the kernel lacks MAP_CONTIG, which the stock one does.
demo_suite() {
	local suite=$1 wanted=$2 log status=0 begin=$SECONDS
	shift 2
	log=$(log_of "$suite" tap)
	say "$suite ..."
	run_child "$vagrant/vm" demo "${vm_options[@]}" "$@" >"$log.err" 2>&1 || status=$?
	if [ "$status" = "$wanted" ]; then
		one_result "$suite" 0 '' >"$log"
	else
		one_result "$suite" 1 "exit status $status instead of $wanted" >"$log"
	fi
	count "$suite" $((SECONDS - begin)) tap "$log" 0
	[ "$status" = "$wanted" ] || show_failure "$log" 1
}

print_results() {
	[ -z "$opt_results" ] || cp -r "$logs/." "$opt_results/"
	printf '\n%-32s %7s %7s %7s %10s\n' suite passed failed skipped time
	printf '%s\n' "${suites[@]}"
	sed -s -n "s/^F /FAILED  /p; s/^S /skipped /p" "$logs"/*.counts
	printf '\nlogs: %s\n' "$logs"
	printf '%d passed, %d failed, %d skipped\n' "$sum_passed" "$sum_failed" "$sum_skipped"
	[ "$sum_failed" = 0 ]
}
