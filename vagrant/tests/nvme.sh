#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The demo with an NVMe controller, without an IOMMU and behind one, and its disk's image read here, when the guest is gone:
# tests/nvme.sh [options of vm demo]

set -euo pipefail
# shellcheck source=tests/tap.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/tap.sh"

# demo NAME OPTION...: the demo, and what it has left in the images
demo() {
	local name=$1
	shift
	rm -rf "$scratch/results"
	expect "the demo with an NVMe controller, $name" 0 'everything held' "$vagrant/vm" demo "$@" --device nvme --results "$scratch/results"
	check "$name: it says that the kernel reads what it wrote" grep -qE "given back: the kernel's driver reads the same 32 MiB" "$scratch/out"
	sed -nE 's/.*\(sha256 ([0-9a-f]{64})\).*/\1/p' "$scratch/out" | sort -u >"$scratch/told"
	head -c 32M "$scratch/results/nvme0n1.img" | sha256sum | cut -d ' ' -f 1 >"$scratch/found" || true
	check "$name: the image has what it wrote" diff "$scratch/told" "$scratch/found"
	check "$name: the other disk is as it was" cmp -n 268435456 /dev/zero "$scratch/results/nvme0n2.img"
}

demo 'no IOMMU' "$@"
dd if="$scratch/results/nvme0n1.img" of="$scratch/behind" bs=64K skip=512 count=1 status=none || true
check 'something arrived from the scattered memory too' test "$(tr -d '\0' <"$scratch/behind" | wc -c)" -gt 4000

demo 'behind an IOMMU' "$@" --device iommu
check 'it says that VFIO has the device' grep -qE "lent to VFIO, as it is behind an IOMMU, group [0-9]+ \(DMA" "$scratch/out"
check 'and that addresses are not physical ones' grep -qE 'with one descriptor: address 0x[0-9a-f]+ \(IO_VIRTUAL\)' "$scratch/out"

finish
