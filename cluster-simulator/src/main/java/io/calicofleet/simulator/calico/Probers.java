package io.calicofleet.simulator.calico;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.fault.Faults;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.kubernetes.controller.Kube;
import io.calicofleet.simulator.kubernetes.store.ObjectKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * What the probers of calico-fleet would measure on the nodes of a cluster: its script, worked out for the time since it was looked at last. A path
 * dials twice a second; a try on a path that is broken takes a second and is lost. A path is broken while its node, or the one it leads to, is cut
 * off by a fault, and for as long as a fault says after a calico-node started there. A calico-node that restarts breaks nothing by itself: what Felix
 * had programmed stays in the kernel.
 */
public final class Probers {

    private static final String CONTAINER = "prober";
    private static final String PLAN = "calico-fleet-prober-plan";
    private static final int PEERS = 3;
    private static final long INTERVAL = 50;
    private static final long LOST = 100;

    /** A time in which a node was cut off, in hundredths of a second; one that goes on has no end. */
    private record Cut(long from, long to) {}

    private final Kube kube;
    private final Faults faults;
    private final String boot = UUID.randomUUID().toString();
    private final long started = System.nanoTime() - 3_600_000_000_000L;
    private final Map<String, List<Cut>> cuts = new HashMap<>();
    private final Map<String, Run> runs = new HashMap<>();

    /** Those of a cluster. */
    public Probers(Kube kube, Faults faults) {
        this.kube = requireNonNull(kube, "kube");
        this.faults = requireNonNull(faults, "faults");
        faults.onChange(this::cut);
    }

    /** A calico-node started: where a fault says so, its node is cut off for a while. */
    public synchronized void podStarted(JsonNode pod) {
        long gap = faults.now().startGapMillis() / 10;
        boolean calicoNode = pod.at("/spec/containers/0/name").asText().equals("calico-node");
        if (gap > 0 && calicoNode) {
            long now = now();
            cutsOf(Json.text(pod, "spec", "nodeName")).add(new Cut(now, now + gap));
        }
    }

    private synchronized void cut() {
        long now = now();
        List<String> broken = faults.now().cutOffNodes();
        cuts.forEach((node, times) -> {
            if (!broken.contains(node)) {
                times.replaceAll(cut -> cut.to() == Long.MAX_VALUE ? new Cut(cut.from(), now) : cut);
            }
        });
        for (String node : broken) {
            if (cutsOf(node).stream().noneMatch(cut -> cut.to() == Long.MAX_VALUE)) {
                cutsOf(node).add(new Cut(now, Long.MAX_VALUE));
            }
        }
    }

    private List<Cut> cutsOf(String node) {
        return cuts.computeIfAbsent(node, name -> new ArrayList<>());
    }

    /** What the container of a pod has written; empty where it is no prober. */
    public synchronized Optional<List<String>> lines(JsonNode pod, String container) {
        if (!container.equals(CONTAINER)) {
            return Optional.empty();
        }
        ObjectNode plan = kube.get(Kube.CONFIG_MAPS, new ObjectKey(Json.text(pod, "metadata", "namespace"), PLAN));
        if (plan == null) {
            return Optional.of(List.of());
        }
        String node = Json.text(pod, "spec", "nodeName");
        int restarts = pod.at("/status/containerStatuses/0/restartCount").asInt();
        Run run = runs.compute(
                Json.text(pod, "metadata", "uid"),
                (uid, known) -> known == null || known.restarts != restarts
                        ? new Run(restarts, paths(node, plan), now())
                        : known);
        return Optional.of(run.lines(now()));
    }

    private static List<Path> paths(String node, JsonNode plan) {
        List<String> nodes = new ArrayList<>();
        Map<String, String> addresses = new HashMap<>();
        for (String line : plan.at("/data/peers").asText().lines().toList()) {
            String[] words = line.split(" ", -1);
            nodes.add(words[0]);
            addresses.put(words[0], words[1]);
        }
        List<Path> paths = new ArrayList<>();
        int at = nodes.indexOf(node);
        for (int i = 1; at >= 0 && i <= PEERS && i < nodes.size(); i++) {
            String peer = nodes.get((at + i) % nodes.size());
            paths.add(new Path("pod-to-pod", peer + "/" + addresses.get(peer), List.of(node, peer)));
        }
        if (at >= 0) {
            paths.add(
                    new Path("pod-to-service", plan.at("/data/service").asText().strip(), List.of(node)));
            paths.add(new Path("pod-to-api", "10.96.0.1", List.of(node)));
            paths.add(new Path("pod-to-dns", "kubernetes.default.svc.cluster.local", List.of(node)));
        }
        return paths;
    }

    private boolean isCut(List<String> nodes, long at) {
        return nodes.stream()
                .anyMatch(node ->
                        cuts.getOrDefault(node, List.of()).stream().anyMatch(cut -> cut.from() <= at && at < cut.to()));
    }

    private long now() {
        return (System.nanoTime() - started) / 10_000_000;
    }

    private record Path(String kind, String to, List<String> through) {}

    /** One run of the script. */
    private final class Run {

        private final String id = UUID.randomUUID().toString();
        private final int restarts;
        private final List<Dialling> paths;

        Run(int restarts, List<Path> paths, long began) {
            this.restarts = restarts;
            this.paths = paths.stream().map(path -> new Dialling(path, began)).toList();
        }

        List<String> lines(long now) {
            return paths.stream().map(path -> path.line(id, now)).toList();
        }
    }

    /** One path of a run, as far as it was worked out. */
    private final class Dialling {

        private final Path path;
        private final long began;
        private long next;
        private long seen;
        private long tries;
        private long answers;
        private long first;
        private long last;
        private long longest;
        private boolean failed;

        Dialling(Path path, long began) {
            this.path = path;
            this.began = began;
            this.next = began;
            this.seen = began;
        }

        String line(String run, long now) {
            while (next + LOST <= now) {
                boolean lost = isCut(path.through(), next);
                long end = lost ? next + LOST : next;
                tries++;
                failed |= lost;
                if (failed) {
                    longest = Math.max(longest, end - seen);
                }
                if (!lost) {
                    answers++;
                    failed = false;
                    seen = end;
                    last = end;
                    first = first == 0 ? end : first;
                }
                next = end + INTERVAL;
            }
            return String.join(
                    " ",
                    List.of(
                            "cf1",
                            run,
                            boot,
                            String.valueOf(Math.max(began, now)),
                            path.kind(),
                            path.to(),
                            String.valueOf(began),
                            String.valueOf(tries),
                            String.valueOf(answers),
                            String.valueOf(first),
                            String.valueOf(last),
                            String.valueOf(longest)));
        }
    }
}
