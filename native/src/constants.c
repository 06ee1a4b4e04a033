// SPDX-License-Identifier: Apache-2.0
/*
 * Prints the constants of the system's headers as "NAME VALUE" lines (decimal).
 *
 * Java can not include a header, so the library repeats these numbers; a Java test compares them
 * with what this program prints on the machine that builds it.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/dma-buf.h>
#include <linux/kernel-page-flags.h>
#include <linux/memfd.h>
#include <linux/mempolicy.h>
#include <linux/pci_regs.h>
#include <linux/vfio.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "mapcontig.h"

#define PRINT(name) printf("%s %lld\n", #name, (long long)(name))

static void print_memory_constants(void)
{
	PRINT(PROT_NONE);
	PRINT(PROT_READ);
	PRINT(PROT_WRITE);
	PRINT(MAP_SHARED);
	PRINT(MAP_PRIVATE);
	PRINT(MAP_FIXED);
	PRINT(MAP_ANONYMOUS);
	PRINT(MAP_GROWSDOWN);
	PRINT(MAP_NORESERVE);
	PRINT(MAP_CONTIG);
	PRINT(MADV_DONTFORK);
	PRINT(MADV_DONTNEED);
	PRINT(MADV_HUGEPAGE);
	PRINT(MADV_NOHUGEPAGE);
	PRINT(MADV_DONTDUMP);
	PRINT(MADV_POPULATE_READ);
	PRINT(MADV_POPULATE_WRITE);
	PRINT(MFD_CLOEXEC);
	PRINT(MFD_HUGETLB);
	PRINT(MFD_HUGE_SHIFT);
	PRINT(FALLOC_FL_KEEP_SIZE);
	PRINT(FALLOC_FL_PUNCH_HOLE);
	PRINT(LOCK_EX);
	PRINT(LOCK_NB);
	PRINT(_SC_PAGESIZE);
	PRINT(RLIMIT_MEMLOCK);
	PRINT(CAP_IPC_LOCK);
	PRINT(CAP_SYS_ADMIN);
}

static void print_shim_constants(void)
{
	PRINT(O_RDONLY);
	PRINT(O_RDWR);
	PRINT(DMA_BUF_SYNC_READ);
	PRINT(DMA_BUF_SYNC_WRITE);
	PRINT(DMA_BUF_SYNC_START);
	PRINT(DMA_BUF_SYNC_END);
	PRINT(PAGE_IS_FILE);
	PRINT(PAGE_IS_PRESENT);
	PRINT(PAGE_IS_SWAPPED);
	PRINT(PAGE_IS_PFNZERO);
	PRINT(PAGE_IS_HUGE);
	PRINT(MPOL_DEFAULT);
	PRINT(MPOL_PREFERRED);
	PRINT(MPOL_BIND);
}

static void print_pci_constants(void)
{
	PRINT(PCI_COMMAND);
	PRINT(PCI_COMMAND_MEMORY);
	PRINT(PCI_COMMAND_MASTER);
}

static void print_vfio_constants(void)
{
	PRINT(VFIO_API_VERSION);
	PRINT(VFIO_TYPE1v2_IOMMU);
	PRINT(VFIO_GROUP_FLAGS_VIABLE);
	PRINT(VFIO_DEVICE_FLAGS_RESET);
	PRINT(VFIO_REGION_INFO_FLAG_MMAP);
	PRINT(VFIO_PCI_BAR0_REGION_INDEX);
	PRINT(VFIO_PCI_CONFIG_REGION_INDEX);
	PRINT(VFIO_DMA_MAP_FLAG_READ);
	PRINT(VFIO_DMA_MAP_FLAG_WRITE);
}

static void print_page_flags(void)
{
	PRINT(KPF_LOCKED);
	PRINT(KPF_ERROR);
	PRINT(KPF_REFERENCED);
	PRINT(KPF_UPTODATE);
	PRINT(KPF_DIRTY);
	PRINT(KPF_LRU);
	PRINT(KPF_ACTIVE);
	PRINT(KPF_SLAB);
	PRINT(KPF_WRITEBACK);
	PRINT(KPF_RECLAIM);
	PRINT(KPF_BUDDY);
	PRINT(KPF_MMAP);
	PRINT(KPF_ANON);
	PRINT(KPF_SWAPCACHE);
	PRINT(KPF_SWAPBACKED);
	PRINT(KPF_COMPOUND_HEAD);
	PRINT(KPF_COMPOUND_TAIL);
	PRINT(KPF_HUGE);
	PRINT(KPF_UNEVICTABLE);
	PRINT(KPF_HWPOISON);
	PRINT(KPF_NOPAGE);
	PRINT(KPF_KSM);
	PRINT(KPF_THP);
	PRINT(KPF_OFFLINE);
	PRINT(KPF_ZERO_PAGE);
	PRINT(KPF_IDLE);
	PRINT(KPF_PGTABLE);
}

static void print_error_numbers(void)
{
	PRINT(EPERM);
	PRINT(ENOENT);
	PRINT(ESRCH);
	PRINT(EINTR);
	PRINT(EIO);
	PRINT(ENXIO);
	PRINT(EBADF);
	PRINT(EAGAIN);
	PRINT(ENOMEM);
	PRINT(EACCES);
	PRINT(EFAULT);
	PRINT(EBUSY);
	PRINT(EEXIST);
	PRINT(ENODEV);
	PRINT(EINVAL);
	PRINT(ENFILE);
	PRINT(EMFILE);
	PRINT(ENOTTY);
	PRINT(EFBIG);
	PRINT(ENOSPC);
	PRINT(ERANGE);
	PRINT(ENOSYS);
	PRINT(EOVERFLOW);
	PRINT(EOPNOTSUPP);
	PRINT(ETIMEDOUT);
	PRINT(EHWPOISON);
}

int main(void)
{
	print_memory_constants();
	print_shim_constants();
	print_pci_constants();
	print_vfio_constants();
	print_page_flags();
	print_error_numbers();
	return fflush(stdout) ? 1 : 0;
}
