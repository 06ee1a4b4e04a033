// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli.doctor;

import com.sun.jna.Native;
import io.github.mapcontig.internal.platform.KernelFiles;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What this process may do, and with which JVM. */
final class ProcessCheck {
    private static final int HEX = 16;
    /** The JDK that began to warn. */
    private static final int FIRST_TO_WARN = 24;
    private static final String PAGE_FLAGS = "proc/kpageflags";

    private final SystemFiles files;

    ProcessCheck(final SystemFiles files) {
        this.files = files;
    }

    /** The capabilities that any command has a use for (linux/capability.h). */
    private enum Needed {
        CAP_DAC_READ_SEARCH(2, "reading other users' files in /proc"),
        CAP_IPC_LOCK(14, "locking memory without limit"),
        CAP_SYS_PTRACE(19, "inspecting processes of other users"),
        CAP_SYS_ADMIN(21, "seeing page frame numbers"),
        CAP_SYS_NICE(23, "moving memory between NUMA nodes");

        private final int bit;
        private final String use;

        Needed(final int bit, final String use) {
            this.bit = bit;
            this.use = use;
        }
    }

    List<Finding> run() {
        return List.of(capabilities(), pageFlags(), nativeAccess(Runtime.version().feature(), nativeAccessEnabled()));
    }

    private Finding capabilities() {
        final String name = "capabilities of this process";
        final Optional<Long> set = status("CapEff").map(text -> Long.parseUnsignedLong(text, HEX));
        if (set.isEmpty()) {
            return Finding.note(name, "/proc/self/status can not be read");
        }
        final List<String> has = new ArrayList<>();
        final List<String> lacks = new ArrayList<>();
        for (final Needed needed : Needed.values()) {
            if ((set.get() >>> needed.bit & 1) != 0) {
                has.add(needed.name());
            } else {
                lacks.add(needed.name() + " (" + needed.use + ")");
            }
        }
        final String having = has.isEmpty() ? "none that matters" : String.join(", ", has);
        if (new KernelFiles(files.root()).isInUserNamespace()) {
            return Finding.no(name, having + ", in a user namespace, where they count for little", "run it outside (a container: not"
                    + " rootless, and without --userns and userns-remap)");
        }
        return lacks.isEmpty() ? Finding.yes(name, having)
                : Finding.no(name, having + "; not " + String.join(", ", lacks), isRoot() ? "this is root already, with fewer"
                        + " capabilities: in a container --cap-add NAME, such as SYS_ADMIN" : "run as root: sudo java -jar ...");
    }

    private boolean isRoot() {
        // Real, effective, saved and of the file system
        return status("Uid").filter(uids -> uids.matches("\\d+\\s+0\\s.*")).isPresent();
    }

    private Optional<String> status(final String field) {
        return files.text("proc/self/status").flatMap(text -> text.lines().filter(line -> line.startsWith(field + ":")).findFirst())
                .map(line -> line.substring(field.length() + 1).strip());
    }

    private Finding pageFlags() {
        return files.readable(PAGE_FLAGS) ? Finding.yes("page flags", "/" + PAGE_FLAGS + " is readable: map works")
                : Finding.no("page flags", "/" + PAGE_FLAGS + " can not be read: no map of memory", "run as root: sudo java -jar ...");
    }

    /**
     * Whether JNA may call native code.
     *
     * @param feature of the JVM
     * @param enabled what the JVM says; empty if it has no such switch
     */
    static Finding nativeAccess(final int feature, final Optional<Boolean> enabled) {
        final String name = "native access of the JVM";
        if (feature < FIRST_TO_WARN) {
            return Finding.yes(name, "Java " + feature + " needs no switch");
        }
        return enabled.orElse(false) ? Finding.yes(name, "Java " + feature + ", enabled")
                : Finding.no(name, "Java " + feature + " warns, and a later one will refuse",
                        "java --enable-native-access=ALL-UNNAMED ... (module path: --enable-native-access=com.sun.jna)");
    }

    /** By reflection, since the method came with Java 22. */
    private static Optional<Boolean> nativeAccessEnabled() {
        try {
            return Optional.of((Boolean) Module.class.getMethod("isNativeAccessEnabled").invoke(Native.class.getModule()));
        } catch (final ReflectiveOperationException e) {
            return Optional.empty();
        }
    }
}
