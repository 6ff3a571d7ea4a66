package io.calicofleet.cli.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class LiveHeapTest {

    @Test
    void the_histogram_of_a_jvm_tells_what_is_alive_and_what_takes_most() {
        assertThat(LiveHeap.read(List.of(
                        "4711:",
                        " num     #instances         #bytes  class name (module)",
                        "-------------------------------------------------------",
                        "   1:         51234        4711104  [B (java.base@25)",
                        "   2:         40000        1280000  java.lang.String (java.base@25)",
                        "Total        123456        9999999")))
                .hasValueSatisfying(heap -> {
                    assertThat(heap.bytes()).isEqualTo(9_999_999);
                    assertThat(heap.largest())
                            .containsExactly("[B 51234 of 4711104 bytes", "java.lang.String 40000 of 1280000 bytes");
                });
    }

    @Test
    void what_is_no_histogram_tells_nothing() {
        assertThat(LiveHeap.read(List.of("4711:", "com.sun.tools.attach.AttachNotSupportedException")))
                .isEmpty();
    }
}
