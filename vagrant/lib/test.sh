# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# The command test: suites, each a program of its own whose reports are counted, a table of them, and the sum. Which suites
# there are is in suites.sh.

command_test() {
	local kernel config groups entry
	local -a plan
	logs=$build/test
	rm -rf "$logs"
	mkdir -p "$logs"
	suites=() remarks=() sum_passed=0 sum_failed=0 sum_skipped=0
	mapfile -t plan < <(plan)
	install_for_test
	[ -n "$opt_selftests" ] || ! wanted host || host_suites
	for entry in ${plan[@]+"${plan[@]}"}; do
		read -r kernel config groups <<<"$entry"
		# shellcheck disable=SC2086 # several words
		kernel_suites "$kernel" "$config" $groups
	done
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

# count SUITE SECONDS COUNTER-ARGUMENTS...: adds the counted reports of a suite to the table and shows what failed; sets
# last_failed, how many that were.
count() {
	local suite=$1 seconds=$2 counted passed failed skipped mark line
	shift 2
	counted=$(log_of "$suite" counts)
	"$vagrant/lib/count.py" "$@" >"$counted" || die "the reports of '$suite' could not be counted"
	read -r passed failed skipped <"$counted"
	[[ $passed$failed$skipped =~ ^[0-9]+$ ]] || die "the reports of '$suite' could not be counted"
	suites+=("$(printf '%-42s %7d %7d %7d %8d s' "$suite" "$passed" "$failed" "$skipped" "$seconds")")
	last_failed=$failed
	sum_passed=$((sum_passed + passed)) sum_failed=$((sum_failed + failed)) sum_skipped=$((sum_skipped + skipped))
	say "$suite: $passed passed, $failed failed, $skipped skipped"
	while read -r mark line; do
		case $mark in
		F) mark='FAILED ' ;;
		S) mark='skipped' ;;
		*) continue ;;
		esac
		say "  $mark $line"
		remarks+=("$mark $suite: $line")
	done <"$counted"
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
step_suite() { status_suite 0 "$@"; }

# status_suite STATUS NAME COMMAND...: the same for a step that has to end with that exit status.
status_suite() {
	local wanted=$1 suite=$2 log status=0 wrong=0 begin=$SECONDS
	shift 2
	log=$(log_of "$suite" tap)
	say "$suite ..."
	run_child "$@" >"$log.err" 2>&1 || status=$?
	[ "$status" = "$wanted" ] || wrong=1
	one_result "$suite" "$wrong" "exit status $status instead of $wanted" >"$log"
	count "$suite" $((SECONDS - begin)) tap "$log" 0
	show_failure "$log" "$wrong"
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

print_results() {
	[ ${#suites[@]} -gt 0 ] || die "no suite was run"
	[ -z "$opt_results" ] || cp -r "$logs/." "$opt_results/"
	printf '\n%-42s %7s %7s %7s %10s\n' suite passed failed skipped time
	printf '%s\n' "${suites[@]}"
	[ ${#remarks[@]} = 0 ] || printf '%s\n' "${remarks[@]}"
	printf '\nlogs: %s\n' "$logs"
	printf '%d passed, %d failed, %d skipped\n' "$sum_passed" "$sum_failed" "$sum_skipped"
	[ "$sum_failed" = 0 ]
}
