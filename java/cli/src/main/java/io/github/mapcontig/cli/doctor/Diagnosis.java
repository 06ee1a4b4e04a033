// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli.doctor;

import io.github.mapcontig.MemoryCapabilities;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What was found out about this machine and process.
 *
 * @param machine  release of the kernel, architecture, page size
 * @param findings all findings, those that decide first
 * @param decisive the finding which decides whether contiguous memory can be allocated and proved
 */
public record Diagnosis(MemoryCapabilities machine, List<Finding> findings, Finding decisive) {
    /**
     * Looks at everything. Allocates from each source for a moment and leaves nothing behind.
     *
     * @param root folder with proc, sys and dev in it
     * @param size bytes to ask each source for
     * @return what was found
     */
    public static Diagnosis of(final Path root, final long size) {
        final MemoryCapabilities machine = MemoryCapabilities.probe();
        final SystemFiles files = new SystemFiles(root, machine.pageSize());
        final SourcesCheck check = new SourcesCheck(size);
        final List<Finding> sources = check.run();
        final List<Finding> findings = new ArrayList<>(sources);
        findings.add(check.pin());
        findings.addAll(capabilities(machine));
        findings.addAll(new ProcessCheck(files).run());
        findings.addAll(new HugePagesCheck(files).run());
        findings.addAll(new DevicesCheck(files).run());
        findings.addAll(new SettingsCheck(files).run());
        return new Diagnosis(machine, List.copyOf(findings), decide(sources, Finding.of(machine.pfns())));
    }

    /** Where the kernel lacks MAP_CONTIG, its source has said so, and a reserve for it would serve nobody. */
    static List<Finding> capabilities(final MemoryCapabilities machine) {
        return machine.all().stream().filter(capability -> machine.mapContig().available()
                || capability != machine.mapContig() && capability != machine.reserve()).map(Finding::of).toList();
    }

    /**
     * A source that gave memory with a proof decides. Where none did, it is because proofs can not be had, or because of the
     * source that is tried first.
     */
    static Finding decide(final List<Finding> sources, final Finding pfns) {
        return sources.stream().filter(source -> source.state() == Finding.State.YES).findFirst()
                .orElse(pfns.state() == Finding.State.NO ? pfns : sources.get(0));
    }

    /**
     * Whether contiguous memory can be allocated and proved.
     *
     * @return true if so
     */
    public boolean good() {
        return decisive.state() == Finding.State.YES;
    }
}
