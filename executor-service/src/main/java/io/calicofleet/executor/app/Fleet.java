package io.calicofleet.executor.app;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.ClusterId;
import io.calicofleet.event.LogKeys;
import io.calicofleet.executor.adapter.calico.etcd.EtcdConnections;
import io.calicofleet.executor.adapter.drill.DrillCluster;
import io.calicofleet.executor.adapter.kubeconfig.EtcdFiles;
import io.calicofleet.executor.adapter.kubeconfig.KubeconfigDirectory.FileVersion;
import io.calicofleet.executor.adapter.kubeconfig.KubeconfigDirectory.Listing;
import io.calicofleet.executor.adapter.kubernetes.KubernetesApi;
import io.calicofleet.executor.adapter.kubernetes.KubernetesClients;
import io.calicofleet.executor.engine.Cluster;
import io.calicofleet.executor.engine.Clusters;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The clusters that are served, as the directory of kubeconfigs and the sources have them. A step that runs goes on with a file that was
 * written again, from its next request on; and with what it has where the file is gone, until the step must be over.
 */
final class Fleet implements Clusters {

    private static final Logger LOGGER = LoggerFactory.getLogger(Fleet.class);

    /** How long a cluster is kept whose file is gone: it may be replaced, and a step may run. */
    private static final Duration LONGEST_STEP = Duration.ofHours(2);
    /** Longer than any request takes; a watch is taken up again over the new connections. */
    private static final Duration LONGEST_REQUEST = Duration.ofMinutes(1);

    /** Connections nobody should begin to use any more. */
    private record Closing(Runnable close, Instant at) {}

    /** A cluster whose file is gone. */
    private record Parked(Opened opened, Instant until) {}

    /** A cluster with an API server. */
    private record Opened(ServedCluster served, KubernetesApi api) {}

    /** Hears of clusters whose file cannot be used. */
    interface Unusable {

        /** There is a file of this cluster, and what is wrong with it. */
        void found(ClusterId id, Map<String, String> labels, String problem);
    }

    private final KubernetesClients clients;
    private final Duration leaseDuration;
    private final InstantSource clock;
    private final Map<ClusterId, ServedCluster> clusters = new ConcurrentHashMap<>();
    private final Map<ClusterId, FileVersion> versions = new HashMap<>();
    private final Map<ClusterId, EtcdFiles> etcds = new ConcurrentHashMap<>();
    private final Map<ClusterId, Instant> certificates = new ConcurrentHashMap<>();
    private final Map<ClusterId, Opened> opened = new HashMap<>();
    private final Map<ClusterId, Parked> parked = new HashMap<>();
    private final RealClusters real = new RealClusters();
    private final Queue<Closing> closing = new ConcurrentLinkedQueue<>();
    private final Consumer<ServedCluster> appeared;
    private final Consumer<ClusterId> disappeared;
    private final Unusable unusable;
    private final Map<ClusterId, String> told = new ConcurrentHashMap<>();
    private volatile Map<String, String> problems = Map.of();
    private volatile boolean complete;

    Fleet(
            KubernetesClients clients,
            Duration leaseDuration,
            InstantSource clock,
            Consumer<ServedCluster> appeared,
            Consumer<ClusterId> disappeared,
            Unusable unusable) {
        this.clients = requireNonNull(clients, "clients");
        this.leaseDuration = requireNonNull(leaseDuration, "leaseDuration");
        this.clock = requireNonNull(clock, "clock");
        this.appeared = requireNonNull(appeared, "appeared");
        this.disappeared = requireNonNull(disappeared, "disappeared");
        this.unusable = requireNonNull(unusable, "unusable");
    }

    /** A cluster that is served now; empty where it is not. */
    Optional<ServedCluster> served(ClusterId id) {
        return Optional.ofNullable(clusters.get(id));
    }

    @Override
    public Optional<? extends Cluster> find(ClusterId id) {
        return Optional.ofNullable(clusters.get(id)).map(ServedCluster::cluster);
    }

    @Override
    public Optional<String> problem(ClusterId id) {
        return Optional.ofNullable(told.get(id));
    }

    @Override
    public boolean complete() {
        return complete;
    }

    Collection<ServedCluster> all() {
        return clusters.values();
    }

    /** When the certificate of a kubeconfig ends that ends first; empty where none has one. */
    Optional<Instant> firstCertificateEnd() {
        return certificates.values().stream().min(Comparator.naturalOrder());
    }

    /** What is wrong with accesses to clusters: with files of the directory by their name, with what a source has by the object. */
    Map<String, String> problems() {
        return problems;
    }

    /** Adds clusters that are not there, {@code drill-00001} and on. */
    void addDrills(int count) {
        for (int i = 1; i <= count; i++) {
            ClusterId id = ClusterId.of(String.format(Locale.ROOT, "drill-%05d", i));
            clusters.put(id, new ServedCluster(new DrillCluster(id, clock), DrillCluster.LABELS, false, () -> {}));
        }
    }

    /**
     * Does what a listing asks for. Called by one thread at a time.
     *
     * @param all whether every place where clusters are found was read
     */
    void update(Listing listing, boolean all) {
        Map<String, String> wrong = new TreeMap<>(listing.problems());
        etcds.keySet().retainAll(listing.etcds().keySet());
        etcds.putAll(listing.etcds());
        for (var entry : listing.files().entrySet()) {
            Map<String, String> labels = listing.labels().getOrDefault(entry.getKey(), Map.of());
            String problem = open(entry.getKey(), entry.getValue(), labels);
            if (problem != null) {
                wrong.put(entry.getValue().name(), problem);
            }
            tell(
                    entry.getKey(),
                    labels,
                    problem == null ? null : entry.getValue().problem(problem));
        }
        listing.refused().forEach((id, problem) -> {
            if (!listing.files().containsKey(id)) {
                tell(id, listing.labels().getOrDefault(id, Map.of()), problem);
            }
        });
        for (ClusterId id : Map.copyOf(versions).keySet()) {
            if (!listing.files().containsKey(id)) {
                versions.remove(id);
                close(id);
            }
        }
        for (ClusterId id : Set.copyOf(told.keySet())) {
            if (!listing.files().containsKey(id) && !listing.refused().containsKey(id)) {
                told.remove(id);
                disappeared.accept(id);
            }
        }
        complete |= all;
        report(wrong);
        closeOld(clock.instant());
    }

    /** A cluster that has a file nothing can be done with is not served, but people should not miss it. */
    private void tell(ClusterId id, Map<String, String> labels, @Nullable String problem) {
        if (problem == null || clusters.containsKey(id)) {
            told.remove(id);
        } else if (!problem.equals(told.put(id, problem))) {
            unusable.found(id, labels, problem);
        }
    }

    private void closeOld(Instant now) {
        closing.removeIf(old -> {
            boolean over = !old.at().isAfter(now);
            if (over) {
                old.close().run();
            }
            return over;
        });
        parked.values().removeIf(gone -> {
            boolean over = !gone.until().isAfter(now);
            if (over) {
                gone.opened().served().close().run();
            }
            return over;
        });
    }

    void close() {
        Map.copyOf(clusters).values().forEach(served -> served.close().run());
        clusters.clear();
        closeOld(Instant.MAX);
    }

    /** Returns what is wrong with the file; null where nothing is. */
    private @Nullable String open(ClusterId id, FileVersion version, Map<String, String> labels) {
        ServedCluster known = clusters.get(id);
        if (known != null && version.equals(versions.get(id))) {
            if (!known.labels().equals(labels)) {
                ServedCluster relabelled = known.withLabels(labels);
                clusters.put(id, relabelled);
                appeared.accept(relabelled);
            }
            return null;
        }
        try {
            KubernetesApi fresh = clients.open(version.path());
            fresh.certificateEnd().ifPresentOrElse(end -> certificates.put(id, end), () -> certificates.remove(id));
            Opened before = opened.containsKey(id) ? opened.get(id) : unpark(id);
            Opened now = before == null
                    ? open(id, fresh, labels)
                    : new Opened(before.served().withLabels(labels), before.api());
            if (before != null) {
                closing.add(
                        new Closing(before.api().moveTo(fresh), clock.instant().plus(LONGEST_REQUEST)));
            }
            real.forget(id);
            versions.put(id, version);
            opened.put(id, now);
            clusters.put(id, now.served());
            appeared.accept(now.served());
            LOGGER.atInfo().addKeyValue(LogKeys.CLUSTER, id).log("the cluster is served");
            return null;
        } catch (IOException e) {
            // Half written, perhaps: what was served before goes on being served.
            return String.valueOf(e.getMessage());
        }
    }

    private Opened open(ClusterId id, KubernetesApi api, Map<String, String> labels) {
        EtcdConnections etcd = new EtcdConnections(clients.timeout());
        KubernetesCluster cluster = new KubernetesCluster(
                id,
                api,
                leaseDuration,
                clock,
                etcd,
                () -> Optional.ofNullable(etcds.get(id)).map(EtcdFiles::read),
                (uid, acts) -> real.other(id, uid, acts));
        ServedCluster served = new ServedCluster(cluster, labels, true, () -> {
            api.close();
            etcd.close();
        });
        return new Opened(served, api);
    }

    private @Nullable Opened unpark(ClusterId id) {
        Parked gone = parked.remove(id);
        return gone == null ? null : gone.opened();
    }

    private void close(ClusterId id) {
        clusters.remove(id);
        certificates.remove(id);
        real.forget(id);
        Opened gone = opened.remove(id);
        if (gone != null) {
            parked.put(id, new Parked(gone, clock.instant().plus(LONGEST_STEP)));
            disappeared.accept(id);
            LOGGER.atInfo().addKeyValue(LogKeys.CLUSTER, id).log("the cluster is not served any more");
        }
    }

    private void report(Map<String, String> wrong) {
        wrong.forEach((file, problem) -> {
            if (!problem.equals(problems.get(file))) {
                LOGGER.atWarn()
                        .addKeyValue(LogKeys.OBJECT, file)
                        .addKeyValue(LogKeys.REASON, problem)
                        .log("an access to a cluster cannot be used");
            }
        });
        problems = Map.copyOf(wrong);
    }
}
