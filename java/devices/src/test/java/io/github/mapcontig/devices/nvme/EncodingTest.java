// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.devices.nvme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bytes as the figures of the specification have them, written down by hand. */
class EncodingTest {
    private static String encode(final Command command, final int identifier, final DataPointer data) {
        final byte[] bytes = new byte[64];
        Arrays.fill(bytes, (byte) 0xcc);
        command.encode(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN), 0, identifier, data);
        return HexFormat.of().formatHex(bytes);
    }

    @Test
    void shouldEncodeARead() {
        assertThat(encode(Command.read(0x11223344, 0x0102030405060708L, 65536), 0xabcd,
                DataPointer.prp(0x1112131415161718L, 0x2122232425262728L))).isEqualTo(
                "0200cdab" + "44332211" + "0000000000000000" + "0000000000000000" + "1817161514131211" + "2827262524232221"
                        + "0807060504030201" + "ffff0000" + "00000000" + "00000000" + "00000000");
    }

    @Test
    void shouldEncodeAWriteByOneSglDescriptor() {
        assertThat(encode(Command.write(1, 2, 8), 3, DataPointer.sgl(0x140000000L, 0x2000000))).isEqualTo(
                "01400300" + "01000000" + "0000000000000000" + "0000000000000000" + "0000004001000000" + "00000002" + "00000000"
                        + "0200000000000000" + "07000000" + "00000000" + "00000000" + "00000000");
        assertThatIllegalArgumentException().isThrownBy(() -> DataPointer.sgl(0, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> DataPointer.sgl(0, 1L << 32));
    }

    @Test
    void shouldEncodeAdminCommands() {
        assertThat(encode(Command.createCompletionQueue(5, 2048), 1, DataPointer.prp(0x5000, 0)).substring(0, 96)).isEqualTo(
                "05000100" + "00000000" + "0000000000000000" + "0000000000000000" + "0050000000000000" + "0000000000000000"
                        + "0500ff07" + "01000000");
        assertThat(encode(Command.createSubmissionQueue(5, 2048), 1, DataPointer.prp(0x5000, 0)).substring(80, 96))
                .isEqualTo("0500ff07" + "01000500");
        assertThat(encode(Command.setNumberOfQueues(64), 1, DataPointer.NONE).substring(80, 96)).isEqualTo("07000000" + "3f003f00");
        assertThat(encode(Command.identify(2, 9), 1, DataPointer.NONE)).startsWith("06000100" + "09000000").contains("02000000");
        assertThat(encode(Command.deleteSubmissionQueue(4), 1, DataPointer.NONE)).startsWith("0000");
        assertThat(encode(Command.deleteCompletionQueue(4), 1, DataPointer.NONE)).startsWith("0400");
    }

    @Test
    void shouldDecodeTheCapabilities() {
        final NvmeCapabilities found = NvmeCapabilities.decode(0x0048_0023_0f01_07ffL);
        assertThat(found).isEqualTo(new NvmeCapabilities(2048, true, Duration.ofMillis(7500), 32, true, 1 << 20, 65536));
        assertThat(NvmeCapabilities.decode(0xffff)).isEqualTo(
                new NvmeCapabilities(65536, false, Duration.ofMillis(500), 4, false, 4096, 4096));
    }

    @Test
    void shouldEncodeTheConfiguration() {
        assertThat(Registers.configurationFor(4096)).isEqualTo(0x0046_0000);
        assertThat(Registers.configurationFor(65536)).isEqualTo(0x0046_0200);
    }

    @ParameterizedTest
    @CsvSource({
        "0x00000000, 'Successful Completion (SCT 0x0, SC 0x00)', true",
        "0x01010005, 'LBA Out of Range (SCT 0x0, SC 0x80)', false",
        "0x02040005, 'Invalid Queue Size (SCT 0x1, SC 0x02)', false",
        "0x05030005, 'Unrecovered Read Error (SCT 0x2, SC 0x81)', false",
        "0x0e000005, 'Vendor Specific (SCT 0x7, SC 0x00)', false",
        "0x01fe0005, 'Generic Command Status (SCT 0x0, SC 0xff)', false",
    })
    void shouldNameAStatus(final String dword, final String text, final boolean success) {
        final NvmeStatus status = NvmeStatus.decode(Long.decode(dword).intValue());
        assertThat(status).hasToString(text);
        assertThat(status.isSuccess()).isEqualTo(success);
    }

    private static ByteBuffer page() {
        return ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Test
    void shouldDecodeAController() {
        final ByteBuffer data = page();
        data.put(4, "SERIAL              ".getBytes(StandardCharsets.US_ASCII));
        data.put(24, "A Model\0".getBytes(StandardCharsets.US_ASCII));
        data.put(77, (byte) 7).putInt(88, 2_000_000).put(512, (byte) 0x66).put(513, (byte) 0x55).put(525, (byte) 7).putInt(536, 1);
        assertThat(NvmeIdentity.decode(data, 4096)).isEqualTo(
                new NvmeIdentity("A Model", "SERIAL", "", 512 << 10, true, true, false, true, Duration.ofSeconds(2)));
        data.put(77, (byte) 0).putInt(536, 0);
        assertThat(NvmeIdentity.decode(data, 4096).maxTransferSize()).isEqualTo(Long.MAX_VALUE);
        assertThat(NvmeIdentity.decode(data, 4096).sgl()).isFalse();
        data.put(77, (byte) 255);
        assertThat(NvmeIdentity.decode(data, 4096).maxTransferSize()).as("more than a number holds").isEqualTo(Long.MAX_VALUE);
        data.put(77, (byte) 50);
        assertThat(NvmeIdentity.decode(data, 4096).maxTransferSize()).isEqualTo(1L << 62);
    }

    @Test
    void shouldDecodeANamespace() {
        final ByteBuffer data = page();
        data.putLong(0, 1000).put(26, (byte) 0x22);
        data.putInt(128 + 4 * 0x12, 0x020c_0008);
        assertThat(NvmeNamespace.decode(5, data, Long.MAX_VALUE)).isEqualTo(new NvmeNamespace(5, 4096, 1000, 8, 65536));
        assertThat(NvmeNamespace.decode(5, data, 1 << 20).maxBlocks()).isEqualTo(256);
        assertThat(NvmeNamespace.decode(5, data, 1 << 20).size()).isEqualTo(4_096_000);
    }
}
