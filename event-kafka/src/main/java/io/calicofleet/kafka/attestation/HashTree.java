package io.calicofleet.kafka.attestation;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The hash tree of RFC 9162, section 2.1, over SHA-256: one root stands for many leaves, and a short path proves that a leaf is among
 * them. One signature of the root is a signature of each leaf.
 *
 * @param root the root hash
 * @param paths of each leaf, in their order: its neighbours, from the leaf up
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record HashTree(byte[] root, List<List<byte[]>> paths) {

    private static final byte[] LEAF = {0};
    private static final byte[] NODE = {1};

    /** The tree over these leaves; there is at least one. */
    static HashTree over(List<byte[]> leaves) {
        List<List<byte[]>> paths = new ArrayList<>();
        leaves.forEach(leaf -> paths.add(new ArrayList<>()));
        return new HashTree(build(leaves, 0, leaves.size(), paths), paths);
    }

    /** The root of the tree of {@code size} leaves in which {@code leaf} has this place and path; null: no tree has such a path. */
    static byte @Nullable [] root(byte[] leaf, int index, int size, List<byte[]> path) {
        return index < 0 || index >= size ? null : climb(hash(LEAF, leaf), index, size, path, path.size());
    }

    private static byte[] build(List<byte[]> leaves, int from, int to, List<List<byte[]>> paths) {
        if (to - from == 1) {
            return hash(LEAF, leaves.get(from));
        }
        int middle = from + split(to - from);
        byte[] left = build(leaves, from, middle, paths);
        byte[] right = build(leaves, middle, to, paths);
        paths.subList(from, middle).forEach(path -> path.add(right));
        paths.subList(middle, to).forEach(path -> path.add(left));
        return hash(NODE, left, right);
    }

    private static byte @Nullable [] climb(byte[] hash, int index, int size, List<byte[]> path, int length) {
        if (size == 1) {
            return length == 0 ? hash : null;
        }
        if (length == 0) {
            return null;
        }
        int middle = split(size);
        byte[] neighbour = path.get(length - 1);
        if (index < middle) {
            byte[] left = climb(hash, index, middle, path, length - 1);
            return left == null ? null : hash(NODE, left, neighbour);
        }
        byte[] right = climb(hash, index - middle, size - middle, path, length - 1);
        return right == null ? null : hash(NODE, neighbour, right);
    }

    /** The largest power of two that is smaller. */
    private static int split(int size) {
        return Integer.highestOneBit(size - 1);
    }

    private static byte[] hash(byte[]... parts) {
        MessageDigest digest = Hashes.sha256();
        for (byte[] part : parts) {
            digest.update(part);
        }
        return digest.digest();
    }
}
