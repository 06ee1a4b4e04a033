// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.mapcontig.ContiguityProof;
import io.github.mapcontig.ContiguousMemory;
import io.github.mapcontig.ContiguousMemoryException;
import io.github.mapcontig.MemoryCapabilities;
import io.github.mapcontig.ProofLevel;
import io.github.mapcontig.Source;
import io.github.mapcontig.cli.Contig;
import io.github.mapcontig.cli.ScatteredMemory;
import io.github.mapcontig.internal.libc.Linux;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The negative control of all the rest: a kernel that accepts the flag and ignores it. */
@Tag("stock")
class StockKernelIT {
    private static final long SIZE = 64 << 20;

    @Test
    void shouldSayThatTheKernelLacksIt() {
        final MemoryCapabilities found = MemoryCapabilities.probe();

        assertThat(found.mapContig().available()).isFalse();
        assertThat(found.mapContig().detail()).contains("this kernel lacks MAP_CONTIG");
        assertThat(found.mapContig().remedy()).contains("MAP_CONTIG patches");
        assertThat(found.pfns().available()).isTrue();
    }

    @Test
    void shouldProveThatTheFlagGaveScatteredMemory() {
        try (ScatteredMemory pretended = new ScatteredMemory(SIZE, Linux.MAP_CONTIG)) {
            final ContiguityProof proof = pretended.prove();

            assertThat(proof.level()).isEqualTo(ProofLevel.PFN);
            assertThat(proof.presentPages()).isEqualTo(proof.pages());
            assertThat(proof.isContiguous()).isFalse();
            assertThat(proof.extents()).hasSizeGreaterThan(100);
        }
    }

    @Test
    void shouldRefuseToAllocateAndHoldNothing() {
        final long locked = Guest.locked();
        for (final ProofLevel proof : ProofLevel.values()) {
            assertThatExceptionOfType(ContiguousMemoryException.class)
                    .isThrownBy(() -> ContiguousMemory.request().size(SIZE).proof(proof).sources(Source.MAP_CONTIG).allocate())
                    .withMessageContaining("can not allocate 64 MiB")
                    .withMessageContaining("this kernel lacks MAP_CONTIG")
                    .withMessageContaining("what to do: boot a kernel with the MAP_CONTIG patches");
        }
        assertThat(Guest.locked()).isEqualTo(locked);
    }

    @Test
    void shouldSayItInTheDemo() {
        final StringWriter text = new StringWriter();
        final int status = Contig.run(new PrintWriter(text), new PrintWriter(text), "demo");

        assertThat(status).as(text.toString()).isEqualTo(3);
        assertThat(text.toString()).contains("this kernel lacks MAP_CONTIG", "returned 0x", "and no error", "pagemap proves it scattered",
                "the library was not fooled").doesNotContain("everything held", "FAILED");
    }
}
