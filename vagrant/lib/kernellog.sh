# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# What must not be in a kernel log. tests/kernellog holds recorded examples of each, and of lines that are harmless.

# One extended regular expression a line.
kernel_log_patterns() {
	cat <<-'EOT'
	\bBUG: 
	kernel BUG at
	\bWARNING: 
	\bOops(:| - )
	\bKASAN: 
	\bKFENCE: 
	\bKCSAN: 
	\bUBSAN: 
	Kernel panic - not syncing
	general protection fault
	possible circular locking dependency
	possible recursive locking
	possible irq lock inversion
	inconsistent lock state
	lock held when returning to user space
	-safe -> .*-unsafe lock order
	bad unlock balance
	held lock freed
	suspicious RCU usage
	trying to register non-static key
	sleeping function called from invalid context
	scheduling while atomic
	[Bb]ad page (state|map|cache)
	page dumped because
	Bad rss-counter
	blocked for more than [0-9]+ seconds
	(soft|hard) (lockup|LOCKUP)
	(detected|self-detected) stalls?
	page_table_check: 
	refcount_t: 
	list_(add|del) corruption
	unreferenced object
	kmemleak: [0-9]+ new suspected memory leaks
	kmemleak: (Cannot|Unable|.*disabled|Memory)
	ODEBUG: 
	EOT
}

# scan_kernel_log FILE: prints the lines that are reports; status 0 if there is none.
scan_kernel_log() {
	local patterns
	patterns=$(kernel_log_patterns)
	# The kernel's command line names options such as page_table_check without meaning anything by it
	! grep -avE 'Command line: |Kernel command line: |Unknown kernel command line' "$1" |
		tr -d '\r' | grep -aE -e "$patterns"
}
