package io.calicofleet.executor.core.continuity;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.ContinuityFact;
import io.calicofleet.event.ContinuityObservation;
import io.calicofleet.event.ContinuitySpec;
import io.calicofleet.executor.core.continuity.Heard.Path;
import io.calicofleet.executor.core.continuity.Heard.Total;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * What was measured of the traffic of a cluster since its baseline. A path that had no answer in the baseline is left out, and so is one from or to
 * a node that has left the cluster; both are told. Not for several threads at once.
 */
public final class Continuity {

    private static final int WORST = 10;
    private static final int TOLD = 20;

    /** A node whose prober is not heard for so long is told. Probers tell every five seconds. */
    private static final Duration SILENCE = Duration.ofSeconds(60);

    private final Heard baseline;
    private final List<String> leftOut;
    private final Heard all = new Heard();
    private final Map<Path, Long> before = new HashMap<>();
    private final Map<Path, Dialled> dialled = new HashMap<>();
    private long round;

    /** How often a path had been dialled, and when that was first heard. */
    private record Dialled(long tries, Duration at) {}

    /**
     * After a baseline.
     *
     * @param leftOut the nodes that are not measured, a line each
     */
    public Continuity(Heard baseline, List<String> leftOut) {
        this.leftOut = List.copyOf(leftOut);
        this.baseline = requireNonNull(baseline, "baseline");
        all.add(baseline);
        baseline.paths().forEach(path -> before.put(path, baseline.tries(path)));
    }

    /** Adds what was heard. */
    public void add(Heard heard) {
        all.add(heard);
    }

    /** How many rounds there were: each time every path was dialled again it is one more. */
    public long round() {
        return round;
    }

    /**
     * What there is to say.
     *
     * @param nodes the nodes that the cluster has now
     * @param now a clock that only goes on, for how long a prober was silent
     */
    public ContinuityObservation observe(Collection<String> nodes, Duration now) {
        Set<String> present = Set.copyOf(nodes);
        Set<String> notes = new LinkedHashSet<>(leftOut);
        List<Path> paths = new ArrayList<>();
        Map<String, List<Path>> mute = new TreeMap<>();
        for (Path path : baseline.paths()) {
            if (!present.contains(path.node())) {
                notes.add("node " + path.node() + " has left the cluster");
            } else if (!path.toNode().isEmpty() && !present.contains(path.toNode())) {
                notes.add("node " + path.toNode() + " has left the cluster");
            } else if (baseline.total(path).answers() == 0) {
                mute.computeIfAbsent(path.kind() + path.kept(), key -> new ArrayList<>())
                        .add(path);
            } else {
                paths.add(path);
            }
        }
        mute.values().forEach(alike -> notes.add(alike.getFirst() + others(alike) + " had no answer in the baseline"));
        count(paths);
        Set<String> unmeasured = new TreeSet<>(restarted(paths));
        unmeasured.addAll(silent(paths, now));
        List<ContinuityFact> facts = facts(paths, path -> path.node() + " " + path.kind() + " " + path.kept());
        return new ContinuityObservation(
                null,
                paths.size(),
                facts.stream().mapToLong(ContinuityFact::attempts).sum(),
                facts.stream().mapToLong(ContinuityFact::lost).sum(),
                round,
                worst(facts),
                facts(paths, path -> path.kind() + " " + path.kept()),
                unmeasured.stream().limit(TOLD).toList(),
                unmeasured.size(),
                notes.stream().limit(TOLD).toList(),
                null);
    }

    /**
     * What speaks against an upgrade in what is measured before it, a sentence each without its full stop: then nothing can be told of what it does.
     *
     * @param spec what is allowed
     * @return empty where the baseline is good
     */
    public static List<String> objections(Heard baseline, ContinuitySpec spec) {
        List<Path> answering = baseline.paths().stream()
                .filter(path -> baseline.total(path).answers() > 0)
                .toList();
        if (answering.stream().allMatch(Path::isOfHost)) {
            return List.of("no path from a pod had an answer");
        }
        List<String> objections = new ArrayList<>();
        for (Path path : answering) {
            Total total = baseline.total(path);
            Duration gap = duration(total.gap());
            if (gap.compareTo(spec.maxGap()) > 0) {
                objections.add(path + " had no answer for " + gap.toMillis() / 1000.0 + " s");
            } else if (total.breaks() > spec.maxBreaks()) {
                objections.add(path + " broke " + (total.breaks() == 1 ? "once" : total.breaks() + " times"));
            }
        }
        return objections;
    }

    private static String others(List<Path> alike) {
        int others = alike.size() - 1;
        return others == 0 ? "" : others == 1 ? " and one more like it" : " and " + others + " more like it";
    }

    private void count(List<Path> paths) {
        boolean every = !paths.isEmpty();
        for (Path path : paths) {
            every &= all.tries(path) > before.getOrDefault(path, 0L);
        }
        if (every) {
            round++;
            paths.forEach(path -> before.put(path, all.tries(path)));
        }
    }

    private Set<String> restarted(List<Path> paths) {
        Set<String> lines = new TreeSet<>();
        for (Path path : paths) {
            if (all.total(path).boots() > 1) {
                lines.add(
                        "node " + path.node() + " was started anew: for how long its paths had no answer is not known");
            }
        }
        return lines;
    }

    private Set<String> silent(List<Path> paths, Duration now) {
        Set<String> lines = new TreeSet<>();
        for (Path path : paths) {
            long tries = all.tries(path);
            Dialled last = dialled.get(path);
            if (last == null || tries > last.tries()) {
                dialled.put(path, new Dialled(tries, now));
            } else if (now.minus(last.at()).compareTo(SILENCE) > 0) {
                lines.add("node " + path.node() + ": nothing new was heard of its prober for more than "
                        + SILENCE.toSeconds() + " s");
            }
        }
        return lines;
    }

    private List<ContinuityFact> facts(List<Path> paths, Function<Path, String> alike) {
        Map<String, List<Path>> grouped = new TreeMap<>();
        paths.forEach(path -> grouped.computeIfAbsent(alike.apply(path), key -> new ArrayList<>())
                .add(path));
        return grouped.values().stream().map(this::fact).toList();
    }

    private ContinuityFact fact(List<Path> group) {
        long attempts = 0;
        long lost = 0;
        long gap = 0;
        String node = "";
        String to = "";
        long baselineAttempts = 0;
        long baselineLost = 0;
        long baselineGap = 0;
        long breaks = 0;
        long baselineBreaks = 0;
        for (Path path : group) {
            Total was = baseline.total(path);
            Total is = all.total(path);
            attempts += is.tries() - was.tries();
            lost += is.lost() - was.lost();
            if (is.gap() > gap) {
                gap = is.gap();
                node = path.node();
                to = path.to();
            }
            baselineAttempts += was.tries();
            baselineLost += was.lost();
            baselineGap = Math.max(baselineGap, was.gap());
            breaks += is.breaks();
            baselineBreaks += was.breaks();
        }
        boolean ofOneNode = group.stream().map(Path::node).distinct().limit(2).count() == 1;
        return new ContinuityFact(
                ofOneNode ? group.getFirst().node() : node,
                group.getFirst().kind(),
                group.getFirst().kept(),
                group.size(),
                attempts,
                Math.max(0, lost),
                duration(gap),
                to,
                baselineAttempts,
                baselineLost,
                duration(baselineGap),
                breaks,
                baselineBreaks);
    }

    private static List<ContinuityFact> worst(List<ContinuityFact> facts) {
        Set<ContinuityFact> worst = new LinkedHashSet<>();
        facts.stream()
                .sorted(Comparator.comparing(ContinuityFact::longestGap).reversed())
                .limit(WORST)
                .forEach(worst::add);
        facts.stream()
                .sorted(Comparator.comparingDouble(Continuity::moreLost).reversed())
                .limit(WORST)
                .forEach(worst::add);
        facts.stream()
                .filter(fact -> fact.breaks() > 0)
                .sorted(Comparator.comparing(ContinuityFact::breaks).reversed())
                .limit(WORST)
                .forEach(worst::add);
        return List.copyOf(worst);
    }

    private static double moreLost(ContinuityFact fact) {
        return share(fact.lost(), fact.attempts()) - share(fact.baselineLost(), fact.baselineAttempts());
    }

    private static double share(long part, long of) {
        return of == 0 ? 0 : (double) part / of;
    }

    private static Duration duration(long hundredths) {
        return Duration.ofMillis(hundredths * 10);
    }
}
