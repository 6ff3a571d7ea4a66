package io.calicofleet.cli.release;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.cli.client.EventStream;
import io.calicofleet.cli.client.FleetClient;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.ChangeEffect;
import io.calicofleet.event.ClusterAnnounced;
import io.calicofleet.event.ClusterFacts;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.event.ReleaseChangeFact;
import io.calicofleet.model.release.ReleaseChart;
import io.calicofleet.model.release.ReleaseFiles;
import io.calicofleet.model.release.diff.ChangeArea;
import io.calicofleet.model.release.diff.ReleaseChange;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What the running system knows of a cluster, as far as it says which changes of a release touch it: what its executor
 * announced, and what the newest inspection found, where there was one.
 *
 * @param method how Calico was installed; null where nobody said
 * @param version the release that runs; empty where nobody said
 * @param facts what the newest inspection found; empty where there was none
 */
public record ClusterView(
        @Nullable InstallMethod method, Optional<CalicoVersion> version, Optional<ClusterFacts> facts) {

    /** The inspection wins over the announcement. */
    public static ClusterView of(ClusterAnnounced announced, Optional<ClusterFacts> facts) {
        return facts.map(found ->
                        new ClusterView(found.installMethod(), Optional.ofNullable(found.calicoVersion()), facts))
                .orElseGet(() -> new ClusterView(
                        announced.installMethod(), Optional.ofNullable(announced.calicoVersion()), facts));
    }

    /** What the newest inspection of a cluster found, among the events that are kept; empty where there was none. */
    public static Optional<ClusterFacts> facts(FleetClient client, String cluster) throws InterruptedException {
        AtomicReference<@Nullable ClusterFacts> newest = new AtomicReference<>();
        String query = "cluster=" + FleetClient.encode(cluster) + "&type=step.succeeded";
        EventStream.soFar(client, query, message -> {
            JsonNode facts = message.data().path("data").path("facts");
            if (facts.isObject()) {
                newest.set(FleetClient.convert(facts, ClusterFacts.class));
            }
        });
        return Optional.ofNullable(newest.get());
    }

    /** The files of a release it is made of; none where there are none, or nobody said. */
    public List<List<String>> files() {
        List<String> files = method == null ? List.of() : ReleaseFiles.of(method);
        return files.isEmpty()
                ? List.of()
                : method == InstallMethod.HELM ? List.of(files, List.of(ReleaseChart.FILE)) : List.of(files);
    }

    /**
     * What the newest inspection found that this upgrade changes for the cluster: it knows the objects of the cluster, which
     * nobody else does. Empty where it looked at another upgrade.
     */
    public Optional<List<ReleaseChangeFact>> found(CalicoVersion from, CalicoVersion to) {
        return facts.filter(found -> from.equals(found.calicoVersion())
                        && found.releases() != null
                        && found.releases().target().startsWith(to + "/")
                        && !found.releaseChanges().isEmpty())
                .map(ClusterFacts::releaseChanges);
    }

    /** Whether a change touches the cluster, as the inspection found, else as far as that can be told without it. */
    public boolean touches(ReleaseChange change, CalicoVersion from, CalicoVersion to) {
        return found(from, to)
                .map(found -> change.area() == ChangeArea.CHART
                        || found.stream()
                                .anyMatch(fact -> fact.effect() == ChangeEffect.TELLS
                                        && fact.sentence().equals(change.toString())))
                .orElseGet(() -> mayTouch(change));
    }

    /** Nothing changes by a field, or a value, that nobody can have set yet. */
    private static boolean mayTouch(ReleaseChange change) {
        boolean schema = change.area() == ChangeArea.FIELDS || change.area() == ChangeArea.VALUES;
        return !(schema && change.comes());
    }

    /** For people: {@code v3.22.5, installed by manifest-kdd, as the newest inspection found}. */
    public String said() {
        return version.map(CalicoVersion::toString).orElse("an unknown release")
                + (method == null ? ", nobody said how it was installed" : ", installed by " + method.encode())
                + (facts.isPresent() ? ", as its newest inspection found" : ", as its executor announced");
    }
}
