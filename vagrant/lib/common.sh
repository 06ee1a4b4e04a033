# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# Paths, messages, exit statuses and clean-up: what every other part uses. $vagrant is set by whoever sources this.

# shellcheck disable=SC2154 # set by the sourcing script
project=$(cd -P -- "$vagrant/.." && pwd -P)
build=$vagrant/.build
cache=${XDG_CACHE_HOME:-${HOME:?HOME is not set, and the cache lives there}/.cache}/mapcontig

# Exit statuses of vm itself, out of the way of what commands usually return.
readonly EXIT_USAGE=2      # wrong options
readonly EXIT_KERNEL=121   # the kernel log has a report (BUG, WARNING, KASAN, lockdep, leak ...), whatever the command said
readonly EXIT_CRASH=122    # the guest ended without telling how the command ended: panic, reset, QEMU died
readonly EXIT_TIMEOUT=124  # the time limit, as timeout(1) has it
readonly EXIT_FAILURE=125  # vm could not do its own part: a package, a build, a file
# shellcheck disable=SC2034 # used by other parts
readonly EXIT_USAGE EXIT_KERNEL EXIT_CRASH EXIT_TIMEOUT EXIT_FAILURE

say() { printf 'vm: %s\n' "$*" >&2; }

die() {
	say "$*"
	exit "$EXIT_FAILURE"
}

wrong() {
	say "$*"
	usage >&2
	exit "$EXIT_USAGE"
}

# at_exit COMMAND...: run when the script ends, also by a signal; the last one added runs first.
exit_actions=()
at_exit() { exit_actions=("$*" ${exit_actions[@]+"${exit_actions[@]}"}); }
run_exit_actions() {
	local action
	for action in ${exit_actions[@]+"${exit_actions[@]}"}; do
		eval "$action" || true
	done
	exit_actions=()
}
trap run_exit_actions EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP

# with_lock NAME COMMAND...: one at a time over all processes of this user, so that nothing is built twice at once.
with_lock() {
	local name=$1 lock status=0
	shift
	mkdir -p "$cache/locks"
	exec {lock}>"$cache/locks/$name"
	flock -n "$lock" || {
		say "waiting for another vm that builds the same ($name)"
		flock "$lock"
	}
	eval '"$@"' "$lock>&-" || status=$? # the lock is ours, not that of a daemon started in there
	exec {lock}>&-
	return "$status"
}

# The sum of everything on stdin, short enough for a file name.
short_hash() { sha256sum | cut -c 1-16; }
