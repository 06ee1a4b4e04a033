#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The scan of kernel logs: every recorded report is found, no harmless line is, and no pattern is without an example.

set -euo pipefail
# shellcheck source=tests/tap.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/tap.sh"
# shellcheck source=lib/kernellog.sh
. "$vagrant/lib/kernellog.sh"

finds() { ! scan_kernel_log "$1" >/dev/null; }
is_clean() { scan_kernel_log "$1"; }

while IFS= read -r line; do
	printf '[    0.0] booting\n%s\r\n' "$line" >"$scratch/log"
	check "found: ${line#*] }" finds "$scratch/log"
done <"$tests/kernellog/reports.txt"

check 'no harmless line is taken for a report' is_clean "$tests/kernellog/harmless.txt"
: >"$scratch/empty"
check 'an empty log has no report' is_clean "$scratch/empty"
printf '\377\376binary\000 WARNING: CPU: 0\n' >"$scratch/binary"
check 'a report is found between binary junk' finds "$scratch/binary"

while IFS= read -r pattern; do
	check "has an example: $pattern" grep -qE -e "$pattern" "$tests/kernellog/reports.txt"
done < <(kernel_log_patterns)

finish
