package io.calicofleet.kafka.attestation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class HashTreeTest {

    @Test
    void every_leaf_of_every_tree_is_proven_by_its_place_and_path() {
        Random random = new Random(7);
        for (int size = 1; size <= 70; size++) {
            List<byte[]> leaves = leaves(size);
            HashTree tree = HashTree.over(leaves);
            KnownNodes known = new KnownNodes(size, tree.root());
            for (int round = 0; round < size * 2; round++) {
                int index = random.nextInt(size);
                List<byte[]> path = tree.paths().get(index);

                assertThat(new KnownNodes(size, tree.root()).proves(leaves.get(index), index, path))
                        .as("leaf %s of %s", index, size)
                        .isTrue();
                assertThat(known.proves(leaves.get(index), index, path))
                        .as("leaf %s of %s, with what was known before", index, size)
                        .isTrue();
            }
        }
    }

    @Test
    void no_other_leaf_place_or_path_proves_anything_whatever_was_known_before() {
        for (int size = 1; size <= 20; size++) {
            List<byte[]> leaves = leaves(size);
            HashTree tree = HashTree.over(leaves);
            KnownNodes known = new KnownNodes(size, tree.root());
            for (int index = 0; index < size; index++) {
                List<byte[]> path = tree.paths().get(index);
                for (KnownNodes nodes : List.of(new KnownNodes(size, tree.root()), known)) {
                    assertThat(nodes.proves(leaves(size + 1).get(size), index, path))
                            .isFalse();
                    for (int place = -1; place <= size; place++) {
                        assertThat(nodes.proves(leaves.get(index), place, path)).isEqualTo(place == index);
                    }
                    List<byte[]> longer = new ArrayList<>(path);
                    longer.add(new byte[32]);
                    assertThat(nodes.proves(leaves.get(index), index, longer)).isFalse();
                }
                if (path.size() > 1) {
                    List<byte[]> turned = new ArrayList<>(path);
                    Collections.reverse(turned);
                    assertThat(new KnownNodes(size, tree.root()).proves(leaves.get(index), index, turned))
                            .isFalse();
                }
            }
        }
    }

    /** As Certificate Transparency's test data have it, for the leaves "", 00, 10, 2021, 3031, 40414243. */
    @Test
    void the_root_is_the_one_other_implementations_have() {
        List<byte[]> leaves = List.of("", "00", "10", "2021", "3031", "40414243").stream()
                .map(hex -> leaf(HexFormat.of().parseHex(hex)))
                .toList();

        assertThat(HexFormat.of().formatHex(HashTree.over(leaves).root()))
                .isEqualTo("76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef");
    }

    private static List<byte[]> leaves(int size) {
        return IntStream.range(0, size)
                .mapToObj(number -> leaf(("leaf " + number).getBytes(UTF_8)))
                .toList();
    }

    /** As RFC 9162 has the hash of a leaf. */
    private static byte[] leaf(byte[] data) {
        MessageDigest digest = Hashes.sha256();
        digest.update((byte) 0);
        return digest.digest(data);
    }
}
