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

# A real NVMe controller on a sparse file that lives as long as the run.
device_nvme() {
	local image=$2/nvme$1.img
	truncate -s 256M "$image"
	qemu_args+=(-drive "$(qemu_value "file=$image"),if=none,id=nvme$1,format=raw,cache=unsafe"
		-device "nvme,drive=nvme$1,serial=contig$1")
}

device_iommu() {
	qemu_args+=(-machine kernel-irqchip=split -device intel-iommu,intremap=on,caching-mode=on)
	kernel_words+=(intel_iommu=on)
}
