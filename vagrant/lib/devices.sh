# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# Devices for --device. A new one: its name in device_names, and a function device_NAME that appends to qemu_args and,
# if the kernel must be told, to kernel_words. $1 counts the devices of this boot, $2 is the folder of the run.

device_names() { echo edu edu28 nvme iommu; }

# QEMU's teaching device: DMA between its buffer and any physical address. The default mask of 28 bits would cut
# addresses silently.
device_edu() {
	qemu_args+=(-device edu,dma_mask=0xffffffffffffffff)
}

# The same with the mask it has by itself.
device_edu28() {
	qemu_args+=(-device edu)
}

# An NVMe controller with two namespaces, of blocks of 512 and of 4096 bytes, on sparse files. mdts=0: a command may move as much as
# 65,536 blocks are, which with QEMU's default would be 512 KiB. The first controller is nvme0, whatever other devices there are.
device_nvme() {
	local number=0 argument namespace size image
	for argument in "${qemu_args[@]}"; do
		[[ $argument != nvme,* ]] || number=$((number + 1))
	done
	mkdir -p "$2/disks"
	qemu_args+=(-device "nvme,id=nvme$number,serial=contig$number,mdts=0")
	for namespace in 1 2; do
		size=$((namespace == 1 ? 512 : 4096))
		image=nvme${number}n$namespace
		truncate -s 256M "$2/disks/$image.img"
		qemu_args+=(-drive "$(qemu_value "file=$2/disks/$image.img"),if=none,id=$image,format=raw,cache=unsafe"
			-device "nvme-ns,bus=nvme$number,drive=$image,nsid=$namespace,logical_block_size=$size,physical_block_size=$size")
	done
}

# keep_disks RUN RESULTS: the images of the disks stay if the user named a folder for results.
keep_disks() {
	[ -d "$1/disks" ] || return 0
	[ -z "$opt_results" ] || mv "$1/disks"/*.img "$2/"
	rm -rf "$1/disks"
}

device_iommu() {
	qemu_args+=(-machine kernel-irqchip=split -device intel-iommu,intremap=on,caching-mode=on)
	kernel_words+=(intel_iommu=on)
}
