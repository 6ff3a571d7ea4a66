package io.calicofleet.kafka.attestation;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What is known of a {@link HashTree} by its root, which is signed: proves leaves. Every proof tells neighbours, so that the next one is short:
 * records that were signed together mostly come together. Thread-safe.
 */
final class KnownNodes {

    private final int size;
    private final Map<Node, byte[]> known = new HashMap<>();

    /** A node, by the leaves below it. */
    private record Node(int from, int to) {}

    /** Of a tree with so many leaves nothing but its root is known. */
    KnownNodes(int size, byte[] root) {
        this.size = size;
        known.put(new Node(0, size), requireNonNull(root, "root"));
    }

    /** Whether this is the leaf at {@code index}, as its path proves, neighbours from the leaf up. */
    synchronized boolean proves(byte[] leaf, int index, List<byte[]> path) {
        if (index < 0 || index >= size) {
            return false;
        }
        List<Node> above = new ArrayList<>();
        int from = 0;
        int to = size;
        while (to - from > 1) {
            above.add(new Node(from, to));
            int middle = HashTree.middle(from, to);
            if (index < middle) {
                to = middle;
            } else {
                from = middle;
            }
        }
        if (above.size() != path.size()) {
            return false;
        }
        Map<Node, byte[]> told = new HashMap<>();
        Node node = new Node(index, index + 1);
        byte[] hash = leaf;
        for (int level = 0; !known.containsKey(node); level++) {
            told.put(node, hash);
            Node parent = above.get(above.size() - 1 - level);
            int middle = HashTree.middle(parent.from(), parent.to());
            boolean isLeft = node.from() < middle;
            byte[] neighbour = path.get(level);
            told.put(isLeft ? new Node(middle, parent.to()) : new Node(parent.from(), middle), neighbour);
            hash = isLeft ? Hashes.node(hash, neighbour) : Hashes.node(neighbour, hash);
            node = parent;
        }
        boolean proven = Arrays.equals(known.get(node), hash);
        if (proven) {
            known.putAll(told);
        }
        return proven;
    }
}
