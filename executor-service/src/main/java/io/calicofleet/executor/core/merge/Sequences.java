package io.calicofleet.executor.core.merge;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Merges what has an order: lines of a text, arguments of a command, the entries of a list. */
final class Sequences {

    private Sequences() {}

    /**
     * The three-way merge of sequences as of lines of a file (diff3). Empty where both sides changed the same place.
     *
     * <ol>
     *   <li>Align base with each side by a longest common subsequence.
     *   <li>Elements of base that both sides kept are stable and divide the sequences into stretches.
     *   <li>Of each stretch take the side that changed it; both alike is fine; both differently is a conflict.
     *   <li>What one side took out and the other only moved is a conflict, too: the move alone would bring it back.
     * </ol>
     */
    static <T> Optional<List<T>> merge(List<T> base, List<T> mine, List<T> target) {
        int[] inMine = align(base, mine);
        int[] inTarget = align(base, target);
        if (comesBack(base, mine, target, inTarget) || comesBack(base, target, mine, inMine)) {
            return Optional.empty();
        }
        List<T> result = new ArrayList<>();
        int b = 0;
        int m = 0;
        int t = 0;
        for (int next = 0; next <= base.size(); next++) {
            boolean end = next == base.size();
            if (!end && (inMine[next] < 0 || inTarget[next] < 0)) {
                continue;
            }
            List<T> was = base.subList(b, next);
            List<T> one = mine.subList(m, end ? mine.size() : inMine[next]);
            List<T> other = target.subList(t, end ? target.size() : inTarget[next]);
            if (!one.equals(was) && !other.equals(was) && !one.equals(other)) {
                return Optional.empty();
            }
            result.addAll(one.equals(was) ? other : one);
            if (!end) {
                result.add(base.get(next));
                b = next + 1;
                m = inMine[next] + 1;
                t = inTarget[next] + 1;
            }
        }
        return Optional.of(result);
    }

    private static <T> boolean comesBack(List<T> base, List<T> without, List<T> other, int[] inOther) {
        for (int i = 0; i < base.size(); i++) {
            T element = base.get(i);
            if (inOther[i] < 0 && other.contains(element) && !without.contains(element)) {
                return true;
            }
        }
        return false;
    }

    /**
     * The order of the entries {@code kept}, which come from mine and target. The target's order leads, unless people
     * reordered and the target did not; an entry of the other side alone follows the entry it follows there.
     */
    static <K> List<K> weave(List<K> base, List<K> mine, List<K> target, Set<K> kept) {
        boolean peopleReordered = isReordered(base, mine) && !isReordered(base, target);
        List<K> lead = peopleReordered ? mine : target;
        List<K> other = peopleReordered ? target : mine;
        List<K> result = new ArrayList<>(lead.stream().filter(kept::contains).toList());
        Set<K> placed = new HashSet<>(result);
        int after = -1;
        for (K key : other) {
            if (placed.contains(key)) {
                after = result.indexOf(key);
            } else if (kept.contains(key)) {
                result.add(++after, key);
                placed.add(key);
            }
        }
        return result;
    }

    /** Whether what both have is in another order in the other one. */
    static <K> boolean isReordered(List<K> one, List<K> other) {
        return !common(one, other).equals(common(other, one));
    }

    /** For each element of base its index in the other sequence; -1 where it is not part of the common subsequence. */
    private static <T> int[] align(List<T> base, List<T> other) {
        int[][] longest = new int[base.size() + 1][other.size() + 1];
        for (int row = base.size() - 1; row >= 0; row--) {
            for (int column = other.size() - 1; column >= 0; column--) {
                longest[row][column] = base.get(row).equals(other.get(column))
                        ? longest[row + 1][column + 1] + 1
                        : Math.max(longest[row + 1][column], longest[row][column + 1]);
            }
        }
        int[] aligned = new int[base.size()];
        Arrays.fill(aligned, -1);
        int i = 0;
        int j = 0;
        while (i < base.size() && j < other.size()) {
            if (base.get(i).equals(other.get(j))) {
                aligned[i++] = j++;
            } else if (longest[i + 1][j] >= longest[i][j + 1]) {
                i++;
            } else {
                j++;
            }
        }
        return aligned;
    }

    private static <K> List<K> common(List<K> list, List<K> other) {
        return list.stream().filter(other::contains).toList();
    }
}
