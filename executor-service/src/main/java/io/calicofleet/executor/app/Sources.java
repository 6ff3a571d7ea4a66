package io.calicofleet.executor.app;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.ClusterId;
import io.calicofleet.executor.adapter.kubeconfig.KubeconfigDirectory.FileVersion;
import io.calicofleet.executor.adapter.kubeconfig.KubeconfigDirectory.Listing;
import io.calicofleet.executor.adapter.kubeconfig.WrittenKubeconfigs;
import io.calicofleet.executor.core.fleet.ArgoCdClusters;
import io.calicofleet.executor.core.fleet.Choice;
import io.calicofleet.executor.core.fleet.ClusterApiClusters;
import io.calicofleet.executor.core.fleet.ClusterProfiles;
import io.calicofleet.executor.core.fleet.Offer;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.ClusterException;
import io.calicofleet.executor.port.ClusterException.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The clusters that other tools keep in a management cluster. What was read of a source last counts for as long as it does not
 * answer: that a management cluster is away takes no cluster out of the fleet.
 */
final class Sources implements AutoCloseable {

    /** From the newest on; a management cluster serves one of them at least. */
    private static final List<String> CLUSTERS_OF_CLUSTER_API =
            List.of("cluster.x-k8s.io/v1beta2", "cluster.x-k8s.io/v1beta1");

    /** A source in a namespace. */
    private record Source(String name, Function<ClusterApi, List<Offer>> read) {}

    private final ManagementCluster management;
    private final WrittenKubeconfigs kubeconfigs;
    private final List<Source> sources;
    private final Map<String, List<Offer>> offers = new ConcurrentHashMap<>();
    private final Map<String, String> unread = new ConcurrentHashMap<>();
    private boolean closed;

    private Sources(ManagementCluster management, WrittenKubeconfigs kubeconfigs, List<Source> sources) {
        this.management = requireNonNull(management, "management");
        this.kubeconfigs = requireNonNull(kubeconfigs, "kubeconfigs");
        this.sources = List.copyOf(sources);
    }

    /**
     * The sources that the settings name; empty where they name none.
     *
     * @throws IllegalStateException where a setting is wrong; the message says which, and what would be right
     */
    static Optional<Sources> of(ExecutorConfig.Sources config, Function<Optional<Path>, ManagementCluster> management) {
        List<ClusterProfiles.Provider> providers =
                config.accessProviders().map(Sources::providers).orElse(List.of());
        List<Source> sources = new ArrayList<>();
        for (String namespace : config.argoCd().orElse(List.of())) {
            sources.add(new Source("Argo CD in namespace " + namespace, api -> argoCd(api, namespace)));
        }
        for (String namespace : config.clusterApi().orElse(List.of())) {
            sources.add(new Source("Cluster API in namespace " + namespace, api -> clusterApi(api, namespace)));
        }
        for (String namespace : config.clusterProfiles().orElse(List.of())) {
            sources.add(new Source(
                    "ClusterProfiles of namespace " + namespace, api -> clusterProfiles(api, namespace, providers)));
        }
        if (sources.isEmpty()) {
            return Optional.empty();
        }
        try {
            WrittenKubeconfigs kubeconfigs = config.folder().isPresent()
                    ? WrittenKubeconfigs.in(config.folder().get())
                    : WrittenKubeconfigs.temporary();
            return Optional.of(new Sources(management.apply(config.kubeconfig()), kubeconfigs, sources));
        } catch (IOException e) {
            throw new IllegalStateException(
                    "the folder for kubeconfigs of sources cannot be used; give another one by executor.sources.folder: "
                            + e,
                    e);
        }
    }

    private static List<ClusterProfiles.Provider> providers(Path file) {
        try {
            return ClusterProfiles.providers(new ObjectMapper().readTree(Files.readString(file)));
        } catch (IOException | IllegalArgumentException e) {
            throw new IllegalStateException(
                    "executor.sources.access-providers names " + file + ", which cannot be used: "
                            + (e instanceof IllegalArgumentException ? e.getMessage() : "it cannot be read as JSON"),
                    e);
        }
    }

    /** Asks the management cluster. Called by one thread at a time; takes as long as requests take. */
    void read() {
        ClusterApi api;
        try {
            api = management.api();
        } catch (IOException e) {
            sources.forEach(source -> unread.put(
                    source.name(), "the management cluster cannot be asked: " + e.getMessage() + lastWord(source)));
            return;
        }
        for (Source source : sources) {
            try {
                offers.put(source.name(), List.copyOf(source.read().apply(api)));
                unread.remove(source.name());
            } catch (ClusterException e) {
                unread.put(source.name(), "it cannot be read: " + e.message() + lastWord(source));
            }
        }
    }

    private String lastWord(Source source) {
        return offers.containsKey(source.name()) ? "; what was read last counts" : "";
    }

    /** Whether each of them was read, if only once. */
    boolean complete() {
        return offers.size() == sources.size();
    }

    /** The clusters of them that are known now. */
    Set<ClusterId> ids() {
        return all().stream().flatMap(offer -> offer.id().stream()).collect(Collectors.toSet());
    }

    /** Adds these clusters to those of a directory, which count first; none once it is closed. */
    synchronized Listing beside(Listing directory) {
        if (closed) {
            return directory;
        }
        Choice choice = Choice.of(all(), directory.files().keySet());
        Map<String, String> problems = new TreeMap<>(directory.problems());
        problems.putAll(choice.problems());
        problems.putAll(unread);
        Map<ClusterId, FileVersion> files = new HashMap<>(directory.files());
        Map<ClusterId, String> refused = new HashMap<>();
        Map<ClusterId, Map<String, String>> labels = new HashMap<>();
        choice.accesses().forEach((id, access) -> labels.put(id, access.labels()));
        choice.unusable().forEach((id, wrong) -> {
            labels.put(id, wrong.labels());
            refused.put(id, wrong.origin().object() + ": " + wrong.problem());
        });
        // What people write beside their kubeconfigs counts before what a tool says.
        directory.labels().forEach((id, ours) -> labels.merge(id, ours, Sources::over));
        try {
            files.putAll(kubeconfigs.write(choice.accesses(), refused.keySet()));
        } catch (IOException e) {
            throw new UncheckedIOException("the kubeconfigs of sources cannot be written", e);
        }
        return new Listing(files, labels, directory.etcds(), refused, problems);
    }

    private static Map<String, String> over(Map<String, String> theirs, Map<String, String> ours) {
        Map<String, String> both = new HashMap<>(theirs);
        both.putAll(ours);
        return both;
    }

    private Collection<Offer> all() {
        return offers.values().stream().flatMap(List::stream).toList();
    }

    private static List<Offer> argoCd(ClusterApi api, String namespace) {
        return list(api, "v1", "Secret", namespace, ArgoCdClusters.SELECTOR).stream()
                .map(ArgoCdClusters::offer)
                .toList();
    }

    private static List<Offer> clusterApi(ClusterApi api, String namespace) {
        Map<String, ObjectNode> clusters = clustersByName(api, namespace);
        return list(api, "v1", "Secret", namespace, ClusterApiClusters.SELECTOR).stream()
                .flatMap(secret -> ClusterApiClusters.offer(secret, clusters).stream())
                .toList();
    }

    /** None where they may not be read: then the labels of the Secrets count. */
    private static Map<String, ObjectNode> clustersByName(ClusterApi api, String namespace) {
        Map<String, ObjectNode> clusters = new HashMap<>();
        for (String version : CLUSTERS_OF_CLUSTER_API) {
            try {
                api.list(version, "Cluster", namespace, "")
                        .forEach(cluster -> clusters.putIfAbsent(name(cluster), cluster));
            } catch (ClusterException e) {
                if (e.problem() != Problem.FORBIDDEN) {
                    throw e;
                }
            }
            if (!clusters.isEmpty()) {
                break;
            }
        }
        return clusters;
    }

    private static List<Offer> clusterProfiles(
            ClusterApi api, String namespace, List<ClusterProfiles.Provider> providers) {
        return list(api, ClusterProfiles.API_VERSION, ClusterProfiles.KIND, namespace, "").stream()
                .map(profile -> ClusterProfiles.offer(profile, providers))
                .toList();
    }

    /** That there are none is believed of an API server that knows what is asked for, and of nothing else. */
    private static List<ObjectNode> list(
            ClusterApi api, String apiVersion, String kind, String namespace, String labels) {
        List<ObjectNode> objects = api.list(apiVersion, kind, namespace, labels);
        if (objects.isEmpty() && !api.servedKinds().contains(apiVersion + " " + kind)) {
            throw new ClusterException(
                    Problem.NOT_FOUND,
                    "the management cluster serves no " + kind + " of " + apiVersion
                            + ": look whether this is the right cluster, and has the tool that the setting names",
                    null);
        }
        return objects;
    }

    private static String name(JsonNode object) {
        return object.at("/metadata/name").asText();
    }

    /** A look that is under way ends before, so that no kubeconfig is left. */
    @Override
    public synchronized void close() {
        closed = true;
        management.close();
        try {
            kubeconfigs.close();
        } catch (IOException e) {
            throw new UncheckedIOException("the kubeconfigs of sources cannot be deleted", e);
        }
    }
}
