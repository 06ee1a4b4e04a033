#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The demo with an NVMe controller, and its disk's image read here, when the guest is gone: tests/nvme.sh [options of vm demo]

set -euo pipefail
# shellcheck source=tests/tap.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/tap.sh"

expect 'the demo with an NVMe controller' 0 'everything held' "$vagrant/vm" demo "$@" --device nvme --results "$scratch/results"
check 'it says that the kernel reads what it wrote' grep -qE "given back: the kernel's driver reads the same 32 MiB" "$scratch/out"
sed -nE 's/.*\(sha256 ([0-9a-f]{64})\).*/\1/p' "$scratch/out" | sort -u >"$scratch/told"
head -c 32M "$scratch/results/nvme0n1.img" | sha256sum | cut -d ' ' -f 1 >"$scratch/found" || true
check 'the image has what it wrote' diff "$scratch/told" "$scratch/found"
dd if="$scratch/results/nvme0n1.img" of="$scratch/behind" bs=64K skip=512 count=1 status=none || true
check 'something arrived from the scattered memory too' test "$(tr -d '\0' <"$scratch/behind" | wc -c)" -gt 4000
check 'the other disk is as it was' cmp -n 268435456 /dev/zero "$scratch/results/nvme0n2.img"

finish
