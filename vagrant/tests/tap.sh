# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# TAP for the tests of vagrant/: each test script sources this, calls check or expect, and ends with finish.

tests=$(cd -P -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
# shellcheck disable=SC2034 # for the test scripts
vagrant=$(dirname "$tests")
scratch=$(mktemp -d "${TMPDIR:-/tmp}/mapcontig test.XXXXXX") # with a space, as a user's folder may have
trap 'rm -rf "$scratch"' EXIT
count=0
failures=0
echo "TAP version 13"

# report OK NAME: 0 is ok, as in a shell. What went wrong was printed before, as '# ...' lines.
report() {
	count=$((count + 1))
	if [ "$1" = 0 ]; then
		echo "ok $count $2"
	else
		echo "not ok $count $2"
		failures=$((failures + 1))
	fi
}

skip() {
	count=$((count + 1))
	echo "ok $count $1 # SKIP $2"
}

# check NAME COMMAND...: passes if the command does; its output is shown if it does not.
check() {
	local name=$1 status=0
	shift
	"$@" >"$scratch/check" 2>&1 || status=$?
	[ "$status" = 0 ] || sed 's/^/# /' "$scratch/check"
	report "$status" "$name"
}

# expect NAME STATUS PATTERN COMMAND...: passes if the command ends with that status, and PATTERN (an extended regular
# expression; empty: anything) is found in what it prints. Its streams are left in $scratch/out and $scratch/err.
expect() {
	local name=$1 wanted=$2 pattern=$3 status=0
	shift 3
	"$@" >"$scratch/out" 2>"$scratch/err" </dev/null || status=$?
	if [ "$status" = "$wanted" ] && { [ -z "$pattern" ] || grep -qE -e "$pattern" "$scratch/out" "$scratch/err"; }; then
		report 0 "$name"
	else
		echo "# wanted status $wanted and /$pattern/; got status $status and:"
		cat "$scratch/out" "$scratch/err" | tail -n 20 | sed 's/^/#   /'
		report 1 "$name"
	fi
}

finish() {
	echo "1..$count"
	[ "$failures" = 0 ]
}
