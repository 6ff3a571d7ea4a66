package io.calicofleet.kafka.attestation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class HashTreeTest {

    @Test
    void every_leaf_of_every_tree_is_proven_by_its_place_and_path() {
        for (int size = 1; size <= 70; size++) {
            List<byte[]> leaves = leaves(size);
            HashTree tree = HashTree.over(leaves);
            for (int index = 0; index < size; index++) {
                assertThat(HashTree.root(
                                leaves.get(index), index, size, tree.paths().get(index)))
                        .as("leaf %s of %s", index, size)
                        .isEqualTo(tree.root());
            }
        }
    }

    @Test
    void no_other_leaf_place_or_path_proves_anything() {
        for (int size = 1; size <= 20; size++) {
            List<byte[]> leaves = leaves(size);
            HashTree tree = HashTree.over(leaves);
            for (int index = 0; index < size; index++) {
                List<byte[]> path = tree.paths().get(index);
                assertThat(HashTree.root("other".getBytes(UTF_8), index, size, path))
                        .isNotEqualTo(tree.root());
                for (int place = -1; place <= size; place++) {
                    if (place != index) {
                        assertThat(HashTree.root(leaves.get(index), place, size, path))
                                .isNotEqualTo(tree.root());
                    }
                }
                List<byte[]> longer = new ArrayList<>(path);
                longer.add(new byte[32]);
                assertThat(HashTree.root(leaves.get(index), index, size, longer))
                        .isNull();
                if (path.size() > 1) {
                    List<byte[]> turned = new ArrayList<>(path);
                    Collections.reverse(turned);
                    assertThat(HashTree.root(leaves.get(index), index, size, turned))
                            .isNotEqualTo(tree.root());
                }
            }
        }
    }

    /** As Certificate Transparency's test data have it, for the leaves "", 00, 10, 2021, 3031, 40414243. */
    @Test
    void the_root_is_the_one_other_implementations_have() {
        List<byte[]> leaves = List.of("", "00", "10", "2021", "3031", "40414243").stream()
                .map(HexFormat.of()::parseHex)
                .toList();

        assertThat(HexFormat.of().formatHex(HashTree.over(leaves).root()))
                .isEqualTo("76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef");
    }

    private static List<byte[]> leaves(int size) {
        return IntStream.range(0, size)
                .mapToObj(number -> ("leaf " + number).getBytes(UTF_8))
                .toList();
    }
}
