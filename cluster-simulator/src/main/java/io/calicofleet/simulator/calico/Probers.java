package io.calicofleet.simulator.calico;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.fault.FaultSpec;
import io.calicofleet.simulator.fault.Faults;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.kubernetes.controller.Kube;
import io.calicofleet.simulator.kubernetes.store.ObjectKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What the probers of calico-fleet would measure on the nodes of a cluster: its script, worked out for the time since it was looked at last. A path
 * dials twice a second; a try on a path that is broken takes a second and is lost. A path is broken while a node with a pod at an end of it is cut
 * off by a fault, and for as long as a fault says after a calico-node started there, which may name other paths. A calico-node that restarts breaks
 * nothing by itself: what Felix had programmed stays in the kernel. A kept connection goes on at once where packets do, without TCP's waiting.
 */
public final class Probers {

    private static final String CONTAINER = "prober";
    private static final String ROLE = "calico-fleet.io/prober";
    private static final String PLAN = "calico-fleet-prober-plan";
    private static final int PEERS = 3;
    private static final int HOSTS = 2;
    /** After so long a silence the script opens a kept connection anew. */
    private static final long SILENT = 6000;

    private static final long INTERVAL = 50;
    private static final long LOST = 100;

    /**
     * A time in which a node was cut off, in hundredths of a second; one that goes on has no end.
     *
     * @param paths the kinds of paths it is about, as faults name them; none: all that lead through a pod of the node
     * @param breaks whether kept connections break at its begin
     */
    private record Cut(long from, long to, List<String> paths, boolean breaks) {

        boolean concerns(Path path, String node) {
            return paths.isEmpty()
                    ? path.pods().contains(node)
                    : path.nodes().contains(node)
                            && (paths.contains(path.kind())
                                    || paths.contains(path.kind() + (path.kept() ? "/kept" : "/new")));
        }
    }

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
        FaultSpec wrong = faults.now();
        long gap = wrong.startGapMillis() / 10;
        boolean calicoNode = pod.at("/spec/containers/0/name").asText().equals("calico-node");
        if ((gap > 0 || wrong.startBreaks()) && calicoNode) {
            long now = now();
            cutsOf(Json.text(pod, "spec", "nodeName"))
                    .add(new Cut(now, now + gap, wrong.startGapPaths(), wrong.startBreaks()));
        }
    }

    private synchronized void cut() {
        long now = now();
        List<String> broken = faults.now().cutOffNodes();
        cuts.forEach((node, times) -> {
            if (!broken.contains(node)) {
                times.replaceAll(
                        cut -> cut.to() == Long.MAX_VALUE ? new Cut(cut.from(), now, cut.paths(), cut.breaks()) : cut);
            }
        });
        for (String node : broken) {
            if (cutsOf(node).stream().noneMatch(cut -> cut.to() == Long.MAX_VALUE)) {
                cutsOf(node).add(new Cut(now, Long.MAX_VALUE, List.of(), false));
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
                        ? new Run(
                                restarts,
                                paths(
                                        node,
                                        pod.at("/metadata/labels").path(ROLE).asText(),
                                        plan.path("data")),
                                now())
                        : known);
        return Optional.of(run.lines(now()));
    }

    private static List<Path> paths(String node, String role, JsonNode plan) {
        List<Path> paths = new ArrayList<>();
        Map<String, String> pods = addresses(plan, "peers");
        if (role.equals("host")) {
            List<String> dialled = new ArrayList<>(after(node, pods, 1));
            if (pods.containsKey(node)) {
                dialled.add(node);
            }
            add(paths, "host-to-pod", node, dialled, pods);
            Map<String, String> hosts = addresses(plan, "hosts");
            add(paths, "host-to-host", node, after(node, hosts, HOSTS), hosts);
        } else if (role.equals("pod") && pods.containsKey(node)) {
            add(paths, "pod-to-pod", node, after(node, pods, PEERS), pods);
            Map<String, String> near = addresses(plan, "near");
            add(paths, "pod-to-pod-same-node", node, near.containsKey(node) ? List.of(node) : List.of(), near);
            String service = plan.path("service").asText().strip();
            List<String> here = List.of(node);
            paths.add(new Path("pod-to-service", false, service, here, here));
            paths.add(new Path("pod-to-service", true, service, here, here));
            paths.add(new Path("pod-to-api", false, "10.96.0.1", here, here));
            paths.add(new Path("pod-to-dns", false, "kubernetes.default.svc.cluster.local", here, here));
        }
        return paths;
    }

    private static Map<String, String> addresses(JsonNode plan, String file) {
        Map<String, String> addresses = new LinkedHashMap<>();
        for (String line : plan.path(file).asText().lines().toList()) {
            String[] words = line.split(" ", -1);
            addresses.put(words[0], words[1]);
        }
        return addresses;
    }

    /** The next ones in their order. */
    private static List<String> after(String node, Map<String, String> addresses, int most) {
        List<String> nodes = List.copyOf(addresses.keySet());
        int at = nodes.indexOf(node);
        return at < 0
                ? List.of()
                : IntStream.range(1, Math.min(most + 1, nodes.size()))
                        .mapToObj(i -> nodes.get((at + i) % nodes.size()))
                        .toList();
    }

    /** To each over new connections, to the first over a kept one too. */
    private static void add(
            List<Path> paths, String kind, String node, List<String> dialled, Map<String, String> addresses) {
        for (String peer : dialled) {
            String to = peer + "/" + addresses.get(peer);
            List<String> ends = List.of(node, peer);
            List<String> pods = switch (kind) {
                case "host-to-host" -> List.of();
                case "host-to-pod" -> List.of(peer);
                default -> ends;
            };
            paths.add(new Path(kind, false, to, ends, pods));
            if (peer.equals(dialled.getFirst())) {
                paths.add(new Path(kind, true, to, ends, pods));
            }
        }
    }

    private boolean isCut(Path path, long at) {
        return cutsOf(path).anyMatch(cut -> cut.from() <= at && at < cut.to());
    }

    /** How often a kept connection broke from a moment to before another. */
    private long breaks(Path path, long from, long to) {
        return path.kept()
                ? cutsOf(path)
                        .filter(cut -> cut.breaks() && cut.from() >= from && cut.from() < to)
                        .count()
                : 0;
    }

    private Stream<Cut> cutsOf(Path path) {
        return path.nodes().stream()
                .distinct()
                .flatMap(node -> cuts.getOrDefault(node, List.of()).stream().filter(cut -> cut.concerns(path, node)));
    }

    private long now() {
        return (System.nanoTime() - started) / 10_000_000;
    }

    /**
     * A path.
     *
     * @param nodes the nodes at its ends
     * @param pods those of them where the end is a pod, and not the host
     */
    private record Path(String kind, boolean kept, String to, List<String> nodes, List<String> pods) {}

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
        private long breaks;
        private long looked;
        private boolean heard;
        private boolean failed;

        Dialling(Path path, long began) {
            this.path = path;
            this.began = began;
            this.next = began;
            this.seen = began;
            this.looked = began;
        }

        String line(String run, long now) {
            while (next + LOST <= now) {
                long broke = breaks(path, looked, next + 1);
                looked = next + 1;
                boolean cut = isCut(path, next);
                boolean lost = cut || broke > 0;
                // What is closed fails at once.
                long end = cut ? next + LOST : next;
                tries++;
                if (path.kept() && heard && (broke > 0 || (cut && end - seen > SILENT))) {
                    breaks += Math.max(1, broke);
                    heard = false;
                }
                heard |= !lost;
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
                            path.kept() ? "kept" : "new",
                            path.to(),
                            String.valueOf(began),
                            String.valueOf(tries),
                            String.valueOf(answers),
                            String.valueOf(first),
                            String.valueOf(last),
                            String.valueOf(longest),
                            String.valueOf(breaks)));
        }
    }
}
