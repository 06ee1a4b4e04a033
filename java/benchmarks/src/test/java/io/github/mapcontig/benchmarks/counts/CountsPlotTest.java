// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.benchmarks.counts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.knowm.xchart.CategoryChart;

class CountsPlotTest {
    private static final String NVME = """
            memory,addressing,bytes per command,bytes,buffer bytes,buffer extents,commands,descriptors,list bytes,rounds,instructions min,\
            instructions median,instructions max
            MAP_CONTIG,PRP,4194304,1073741824,268435456,1,256,262144,2097152,5,1000000,2000000,3000000
            MAP_CONTIG,SGL,4194304,1073741824,268435456,1,256,256,0,5,1000,500000,3000
            MAP_CONTIG,SGL,268435456,536870912,268435456,1,2,2,0,5,1000,250000,3000
            """;
    private static final String IOMMU = """
            what,bytes,unit,count,min,quartile,median,max,beyond_clearing
            "MAP_CONTIG",1073741824,instructions,3,1,1,21000000,1,
            "  unmap of it",1073741824,instructions,3,1,1,72000000,1,
            "  iommu:map events",1073741824,events,1,1,1,1,1,
            "  entries of 4 KiB, by the rule",1073741824,entries,1,0,0,3,0,
            "  entries of 2 MiB, by the rule",1073741824,entries,1,512,512,512,512,
            "  entries of 1 GiB, by the rule",1073741824,entries,1,0,0,0,0,
            "  pages of page tables",1073741824,pages (nr_iommu_pages),1,2,2,0,2,
            """;
    private static final String COST = """
            what,bytes,unit,count,min,quartile,median,max,beyond_clearing
            "floor: clearing mapped memory",8192,instructions,3,1,1,1024,1,
            "MAP_CONTIG, buddy",8192,instructions,3,1,1,3000,1,
            "  munmap of it",8192,instructions,3,1,1,1000,1,
            "MAP_CONTIG, reserve",16384,instructions,3,1,1,8000,1,
            "  munmap of it",16384,instructions,3,1,1,400,1,
            "MAP_CONTIG, reserve",16384,KiB,3,4,4,4,4,
            """;
    private static final String OTHERS = """
            loop,stock,series,more,between boots,ok
            getppid (control),95581,95581,0.000,0.000,True
            "madvise, flags",191919,192109,0.099,0.002,True
            """;

    @TempDir
    private Path folder;

    private static List<CSVRecord> lines(final String csv) throws IOException {
        return CSVFormat.DEFAULT.builder().setHeader().setSkipHeaderRecord(true).get().parse(new StringReader(csv)).getRecords();
    }

    private static List<Double> values(final CategoryChart chart, final String series) {
        return chart.getSeriesMap().get(series).getYData().stream().map(value -> value == null ? null : value.doubleValue()).toList();
    }

    private byte[] draw(final String what, final String csv) throws IOException {
        CountsPlot.draw(what, Files.writeString(folder.resolve("counts.csv"), csv), folder.resolve("counts.png"));
        return Files.readAllBytes(folder.resolve("counts.png"));
    }

    @Test
    void shouldShowWhatAnNvmeControllerIsTold() throws IOException {
        final List<CategoryChart> charts = NvmeCharts.of(lines(NVME));

        assertThat(values(charts.get(0), "commands of 4 MiB")).containsExactly(2.0, 0.5);
        assertThat(values(charts.get(0), "commands of 256 MiB")).as("half a GiB was moved; the other was not measured")
                .isEqualTo(Arrays.asList(null, 0.5));
        assertThat(values(charts.get(1), "commands of 4 MiB")).containsExactly(262_144.0, 256.0);
        assertThat(values(charts.get(1), "commands of 256 MiB")).isEqualTo(Arrays.asList(null, 4.0));
        assertThat(values(charts.get(2), "commands of 4 MiB")).isEqualTo(Arrays.asList(2_097_152.0, null));
        assertThat(charts.get(2).getSeriesMap()).as("no list at all").doesNotContainKey("commands of 256 MiB");
    }

    @Test
    void shouldShowWhatAnIommuIsTold() throws IOException {
        final List<CategoryChart> charts = IommuCharts.of(lines(IOMMU));

        assertThat(values(charts.get(0), "map")).containsExactly(21.0);
        assertThat(values(charts.get(0), "unmap")).containsExactly(72.0);
        assertThat(values(charts.get(1), "page table entries")).as("of all sizes").containsExactly(515.0);
        assertThat(charts.get(1).getSeriesMap()).as("none").doesNotContainKey("pages of page tables");
    }

    @Test
    void shouldShowWhatAPageCosts() throws IOException {
        final List<CategoryChart> charts = CostCharts.of(lines(COST));

        assertThat(charts.get(0).getSeriesMap()).containsOnlyKeys("MAP_CONTIG, buddy", "MAP_CONTIG, reserve");
        assertThat(values(charts.get(0), "MAP_CONTIG, buddy")).isEqualTo(Arrays.asList(1500.0, null));
        assertThat(values(charts.get(0), "MAP_CONTIG, reserve")).isEqualTo(Arrays.asList(null, 2000.0));
        assertThat(values(charts.get(1), "MAP_CONTIG, reserve")).isEqualTo(Arrays.asList(null, 100.0));
    }

    @Test
    void shouldShowWhatOthersPay() throws IOException {
        final CategoryChart chart = OthersCharts.of(lines(OTHERS)).get(0);

        assertThat(values(chart, "more")).containsExactly(0.0, 0.099);
        assertThat(values(chart, "limit")).containsExactly(0.1, 0.1);
    }

    @Test
    void shouldDrawThat() throws IOException {
        final byte[] nvme = draw("nvme", NVME);
        assertThat(draw("nvme", NVME)).isEqualTo(nvme);
        assertThat(draw("nvme", NVME.replace("500000", "1500000"))).isNotEqualTo(nvme);
        final byte[] iommu = draw("iommu-map", IOMMU);
        assertThat(iommu).startsWith(0x89, 'P', 'N', 'G');
        assertThat(draw("iommu-map", IOMMU.replace("72000000", "12000000"))).isNotEqualTo(iommu);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nvme", "iommu-map", "cost", "cost-others"})
    void shouldDrawTheResultsThatAreKept(final String what) throws IOException {
        CountsPlot.draw(what, Path.of("results/2026-11-28-" + what + ".csv"), folder.resolve("kept.png"));
        assertThat(folder.resolve("kept.png")).isNotEmptyFile();
    }

    @Test
    void shouldRefuseWhatIsNotThere() {
        assertThatThrownBy(() -> CountsPlot.draw("nvme", folder.resolve("none.csv"), folder.resolve("none.png")))
                .isInstanceOf(NoSuchFileException.class);
        assertThatIllegalArgumentException().isThrownBy(() -> draw("other", NVME)).withMessageContaining("nvme, iommu-map");
        assertThatIllegalArgumentException().isThrownBy(() -> draw("cost", IOMMU.replace("  unmap of it", "  munmap")))
                .withMessage("there is no line \"munmap of it\"");
        assertThatIllegalArgumentException().isThrownBy(() -> draw("cost", COST.replace("\"MAP_CONTIG, buddy\",8192,instructions,3,1,1,3000,1,\n", "")
                .replace("\"floor: clearing mapped memory\",8192,instructions,3,1,1,1024,1,\n", "")))
                .withMessage("line 1 does not say what was given back");
        assertThatIllegalArgumentException().isThrownBy(() -> draw("iommu-map", IOMMU.replace("  unmap of it", "  other")))
                .withMessage("of \"MAP_CONTIG\" there is no line \"unmap of it\"");
        assertThatIllegalArgumentException().isThrownBy(() -> draw("nvme", IOMMU)).withMessageContaining("Mapping for addressing not found");
    }
}
