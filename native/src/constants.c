// SPDX-License-Identifier: Apache-2.0
/*
 * Prints the constants of the system's headers as "NAME VALUE" lines (decimal).
 *
 * Java can not include a header, so the library repeats these numbers; a Java test compares them
 * with what this program prints on the machine that builds it.
 */
#include <errno.h>
#include <linux/capability.h>
#include <linux/pci_regs.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#ifndef MAP_CONTIG
#define MAP_CONTIG 0x400000	/* contract, section 1: no released header has it yet */
#endif

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
	PRINT(MADV_NOHUGEPAGE);
	PRINT(MADV_DONTDUMP);
	PRINT(MADV_POPULATE_READ);
	PRINT(MADV_POPULATE_WRITE);
	PRINT(MFD_CLOEXEC);
	PRINT(_SC_PAGESIZE);
	PRINT(RLIMIT_MEMLOCK);
	PRINT(CAP_IPC_LOCK);
	PRINT(CAP_SYS_ADMIN);
}

static void print_pci_constants(void)
{
	PRINT(PCI_COMMAND);
	PRINT(PCI_COMMAND_MEMORY);
	PRINT(PCI_COMMAND_MASTER);
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
	print_pci_constants();
	print_error_numbers();
	return fflush(stdout) ? 1 : 0;
}
