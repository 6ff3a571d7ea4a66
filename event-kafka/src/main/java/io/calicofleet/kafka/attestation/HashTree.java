package io.calicofleet.kafka.attestation;

import java.util.ArrayList;
import java.util.List;

/**
 * The hash tree of RFC 9162, section 2.1, over SHA-256: one root stands for many leaves, and a short path proves that a leaf is among
 * them. One signature of the root is a signature of each leaf.
 *
 * @param root the root
 * @param paths of each leaf, in their order: its neighbours, from the leaf up
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record HashTree(byte[] root, List<List<byte[]>> paths) {

    /** The tree over the hashes of leaves; there is at least one. */
    static HashTree over(List<byte[]> leaves) {
        List<List<byte[]>> paths = new ArrayList<>();
        leaves.forEach(leaf -> paths.add(new ArrayList<>()));
        return new HashTree(build(leaves, 0, leaves.size(), paths), paths);
    }

    private static byte[] build(List<byte[]> leaves, int from, int to, List<List<byte[]>> paths) {
        if (to - from == 1) {
            return leaves.get(from);
        }
        int middle = middle(from, to);
        byte[] left = build(leaves, from, middle, paths);
        byte[] right = build(leaves, middle, to, paths);
        paths.subList(from, middle).forEach(path -> path.add(right));
        paths.subList(middle, to).forEach(path -> path.add(left));
        return Hashes.node(left, right);
    }

    /** Where the nodes below the one over these leaves meet: the left one has the largest power of two that is smaller. */
    static int middle(int from, int to) {
        return from + Integer.highestOneBit(to - from - 1);
    }
}
