// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli.doctor;

import java.util.List;
import java.util.Optional;

/** Settings of the kernel that decide how well memory stays where it is, and how it can be kept there. */
final class SettingsCheck {
    private static final String THP = "sys/kernel/mm/transparent_hugepage/enabled";
    private static final String UNEVICTABLE = "proc/sys/vm/compact_unevictable_allowed";
    private static final String IO_URING = "proc/sys/kernel/io_uring_disabled";

    private final SystemFiles files;

    SettingsCheck(final SystemFiles files) {
        this.files = files;
    }

    List<Finding> run() {
        return List.of(ioUring(), transparentHugePages(), compaction(), fragmentation());
    }

    /** Registered buffers of io_uring are the pin that needs no driver. */
    private Finding ioUring() {
        final String name = "io_uring";
        final Optional<String> disabled = files.text(IO_URING);
        if (disabled.isEmpty()) {
            return Finding.note(name, "no /" + IO_URING + ": the kernel is older than 6.6, or has no io_uring");
        }
        return switch (disabled.get()) {
            case "0" -> Finding.yes(name, "allowed for all (kernel.io_uring_disabled=0); a seccomp filter may still refuse it (see pins)");
            case "1" -> Finding.no(name, "for CAP_SYS_ADMIN and the group in kernel.io_uring_group only"
                    + " (kernel.io_uring_disabled=1)", "sysctl -w kernel.io_uring_disabled=0",
                    "sysctl -w kernel.io_uring_group=GID");
            default -> Finding.no(name, "off (kernel.io_uring_disabled=" + disabled.get() + "): it can not pin memory",
                    "sysctl -w kernel.io_uring_disabled=0");
        };
    }

    private Finding transparentHugePages() {
        final String name = "transparent huge pages";
        final Optional<String> chosen = files.chosen(THP);
        if (chosen.isEmpty()) {
            return Finding.note(name, "this kernel has none");
        }
        final String detail = chosen.get() + " (defrag: "
                + files.chosen("sys/kernel/mm/transparent_hugepage/defrag").orElse("?") + ")";
        return chosen.get().equals("never")
                ? Finding.note(name, detail + ": madvise(MADV_HUGEPAGE) has no effect", "echo madvise > /" + THP)
                : Finding.note(name, detail);
    }

    private Finding compaction() {
        final String name = "compaction of locked pages";
        final Optional<String> allowed = files.text(UNEVICTABLE);
        if (allowed.isEmpty()) {
            return Finding.note(name, "this kernel has no compaction");
        }
        return allowed.get().equals("0")
                ? Finding.note(name, "off: compaction leaves memory locked by mlock where it is")
                : Finding.note(name, "on: compaction moves memory that is only locked by mlock (MAP_CONTIG and pinned memory stay)",
                        "sysctl -w vm.compact_unevictable_allowed=0");
    }

    private Finding fragmentation() {
        final String name = "free memory in large blocks";
        final Optional<String> text = files.text("proc/buddyinfo");
        if (text.isEmpty()) {
            return Finding.note(name, "/proc/buddyinfo can not be read");
        }
        final BuddyInfo free = BuddyInfo.parse(text.get(), files.pageSize());
        return free.hugeShare() < BuddyInfo.FRAGMENTED
                ? Finding.note(name, free + ": fragmented", "echo 1 > /proc/sys/vm/compact_memory")
                : Finding.note(name, free.toString());
    }
}
