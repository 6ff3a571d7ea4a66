package io.calicofleet.executor.core.continuity;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What was heard of the probers of a cluster, folded: the newest of each run on each path. Order and repetition change nothing, and what was not
 * heard can only make a gap longer. Not for several threads at once.
 */
public final class Heard {

    /**
     * A path.
     *
     * @param node the node of the prober
     * @param kind from where to where
     * @param kept whether over one connection that is kept
     * @param to where it leads
     */
    record Path(String node, String kind, boolean kept, String to) implements Comparable<Path> {

        private static final Comparator<Path> ORDER = Comparator.comparing(Path::node)
                .thenComparing(Path::kind)
                .thenComparing(Path::kept)
                .thenComparing(Path::to);

        @Override
        public int compareTo(Path other) {
            return ORDER.compare(this, other);
        }

        /** The node it leads to; empty where it leads to none. */
        String toNode() {
            int slash = to.indexOf('/');
            return slash < 0 ? "" : to.substring(0, slash);
        }

        /** Whether it begins in the network of the host. */
        boolean isOfHost() {
            return kind.startsWith("host-");
        }

        @Override
        public String toString() {
            return kind + " over " + (kept ? "a kept connection" : "new connections") + " from " + node + " to " + to;
        }
    }

    /**
     * What all runs together say of a path.
     *
     * @param tries how many times it was dialled
     * @param answers how many answers came
     * @param gap the longest time without an answer, in hundredths of a second: within a run, or from the last answer of one to the first of the next
     * @param breaks how many times a kept connection was lost
     * @param boots how many times its machine had been started; of several no time from one to the other can be told
     */
    record Total(long tries, long answers, long gap, long breaks, int boots) {

        long lost() {
            return tries - answers;
        }
    }

    private final Map<Path, Map<String, PathCount>> paths = new TreeMap<>();

    /** Adds what the log of a prober says; what is no line of it is passed over. */
    public void add(String node, Collection<String> lines) {
        requireNonNull(node, "node");
        lines.forEach(line -> PathCount.parse(line).ifPresent(count -> add(node, count)));
    }

    /** Adds all that another one has heard. */
    public void add(Heard other) {
        other.paths.forEach((path, runs) -> runs.values().forEach(count -> add(path.node(), count)));
    }

    private void add(String node, PathCount count) {
        paths.computeIfAbsent(new Path(node, count.kind(), count.kept(), count.to()), path -> new HashMap<>())
                .merge(count.run(), count, PathCount::later);
    }

    /** Everything in lines, each behind the name of its node. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        paths.forEach((path, runs) -> runs.values().stream()
                .sorted(Comparator.comparing(PathCount::run))
                .forEach(count -> lines.add(path.node() + " " + count.line())));
        return lines;
    }

    /** Reads what {@link #lines()} gives. */
    public static Heard of(Collection<String> lines) {
        Heard heard = new Heard();
        for (String line : lines) {
            int space = line.indexOf(' ');
            if (space > 0) {
                heard.add(line.substring(0, space), List.of(line.substring(space + 1)));
            }
        }
        return heard;
    }

    /** The paths, in order. */
    List<Path> paths() {
        return List.copyOf(paths.keySet());
    }

    /** The nodes of whose pods anything was heard. */
    public List<String> nodes() {
        return paths.keySet().stream()
                .filter(path -> !path.isOfHost())
                .map(Path::node)
                .distinct()
                .toList();
    }

    /**
     * For how long every path of the node was measured by its newest run, in hundredths of a second; 0 where nothing was heard of it.
     *
     * @param ofHost whether the paths from the network of the host are meant, or those from its pods
     */
    public long measured(String node, boolean ofHost) {
        return paths.entrySet().stream()
                .filter(entry ->
                        entry.getKey().node().equals(node) && entry.getKey().isOfHost() == ofHost)
                .mapToLong(entry -> newest(entry.getValue())
                        .map(count -> count.told() - count.began())
                        .orElse(0L))
                .min()
                .orElse(0);
    }

    /** How many times a path was dialled. */
    long tries(Path path) {
        return total(path).tries();
    }

    /** What is known of a path; nothing where it was not heard of. */
    Total total(Path path) {
        List<PathCount> runs =
                new ArrayList<>(paths.getOrDefault(path, Map.of()).values());
        runs.sort(Comparator.comparingLong(PathCount::began).thenComparing(PathCount::run));
        long tries = 0;
        long answers = 0;
        long gap = 0;
        long breaks = 0;
        // Runs of other boots of the machine are compared with none.
        Map<String, PathCount> before = new HashMap<>();
        for (PathCount run : runs) {
            tries += run.tries();
            answers += run.answers();
            breaks += run.breaks();
            gap = Math.max(gap, run.longest());
            PathCount earlier = before.get(run.boot());
            if (earlier != null) {
                gap = Math.max(gap, run.found() - earlier.seen());
            }
            before.merge(run.boot(), run, (one, other) -> one.seen() > other.seen() ? one : other);
        }
        return new Total(tries, answers, gap, breaks, before.size());
    }

    private static Optional<PathCount> newest(Map<String, PathCount> runs) {
        return runs.values().stream().max(Comparator.comparingLong(PathCount::told));
    }
}
