// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
    @Test
    void shouldWriteEveryForm() {
        assertThat(Json.write(Json.object("a", 1L, "b", true, "c", null, "d", List.of(), "e", Json.object(), "f", 1.5, "g",
                Optional.of("x"), "h", Optional.empty(), "i", Arrays.asList(1, null))))
                .isEqualTo("{\"a\":1,\"b\":true,\"c\":null,\"d\":[],\"e\":{},\"f\":1.500,\"g\":\"x\",\"h\":null,\"i\":[1,null]}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "plain", "\"quoted\"", "back\\slash", "new\nline\ttab\u0000nul\u001f", "\u00e4\u20ac",
        "\ud83d\ude00", "</script>", "/memfd:x (deleted)"})
    void shouldWriteStringsThatReadersReadAsTheyWere(final String text) throws JsonProcessingException {
        final JsonNode read = new ObjectMapper().readTree(Json.write(Json.object("text", text)));

        assertThat(read.get("text").textValue()).isEqualTo(text);
    }

    @Test
    void shouldKeepLargeNumbersAndAddresses() throws JsonProcessingException {
        final JsonNode read = new ObjectMapper().readTree(Json.write(Json.object("n", Long.MAX_VALUE, "a", Json.address(-1))));

        assertThat(read.get("n").longValue()).isEqualTo(Long.MAX_VALUE);
        assertThat(read.get("a").textValue()).isEqualTo("0xffffffffffffffff");
    }

    @Test
    void shouldRefuseWhatHasNoForm() {
        assertThatIllegalArgumentException().isThrownBy(() -> Json.write(Double.NaN));
        assertThatIllegalArgumentException().isThrownBy(() -> Json.write(new Object()));
    }
}
