package io.calicofleet.cli.release;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.cli.client.EventStream;
import io.calicofleet.cli.client.FleetClient;
import io.calicofleet.cli.client.StreamItem;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.ClusterAnnounced;
import io.calicofleet.event.ClusterFacts;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.model.release.ReleaseChart;
import io.calicofleet.model.release.ReleaseFiles;
import io.calicofleet.model.release.diff.ChangeArea;
import io.calicofleet.model.release.diff.ReleaseChange;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the running system knows of a cluster, as far as it says which changes of a release touch it: what its executor
 * announced, and what the newest inspection found, where there was one.
 *
 * @param method how Calico was installed; null where nobody said
 * @param version the release that runs; empty where nobody said
 * @param inspected whether an inspection found it
 */
public record ClusterView(@Nullable InstallMethod method, Optional<CalicoVersion> version, boolean inspected) {

    private static final Duration FIRST = Duration.ofSeconds(5);
    private static final Duration SILENCE = Duration.ofMillis(1500);

    /** The inspection wins over the announcement. */
    public static ClusterView of(ClusterAnnounced announced, Optional<ClusterFacts> facts) {
        return facts.map(found ->
                        new ClusterView(found.installMethod(), Optional.ofNullable(found.calicoVersion()), true))
                .orElseGet(() -> new ClusterView(
                        announced.installMethod(), Optional.ofNullable(announced.calicoVersion()), false));
    }

    /** What the newest inspection of a cluster found, among the events that are kept; empty where there was none. */
    public static Optional<ClusterFacts> facts(FleetClient client, String cluster) throws InterruptedException {
        Optional<ClusterFacts> newest = Optional.empty();
        String query = "cluster=" + FleetClient.encode(cluster) + "&type=step.succeeded&from=beginning";
        try (EventStream stream = EventStream.open(client, query)) {
            Duration patience = FIRST;
            while (true) {
                Optional<StreamItem> next = stream.poll(patience);
                if (next.isEmpty()
                        || next.get() instanceof StreamItem.Lost
                        || next.get() instanceof StreamItem.Refused) {
                    return newest;
                }
                if (next.get() instanceof StreamItem.Message message) {
                    JsonNode facts = message.data().path("data").path("facts");
                    if (facts.isObject()) {
                        newest = Optional.of(FleetClient.convert(facts, ClusterFacts.class));
                    }
                }
                patience = SILENCE;
            }
        }
    }

    /** The files of a release it is made of; none where there are none, or nobody said. */
    public List<List<String>> files() {
        List<String> files = method == null ? List.of() : ReleaseFiles.of(method);
        return files.isEmpty()
                ? List.of()
                : method == InstallMethod.HELM ? List.of(files, List.of(ReleaseChart.FILE)) : List.of(files);
    }

    /** Nothing changes by a field, or a value, that nobody can have set yet. */
    public boolean mayTouch(ReleaseChange change) {
        boolean schema = change.area() == ChangeArea.FIELDS || change.area() == ChangeArea.VALUES;
        return !(schema && change.comes());
    }

    /** For people: {@code v3.22.5, installed by manifest-kdd, as the newest inspection found}. */
    public String said() {
        return version.map(CalicoVersion::toString).orElse("an unknown release")
                + (method == null ? ", nobody said how it was installed" : ", installed by " + method.encode())
                + (inspected ? ", as its newest inspection found" : ", as its executor announced");
    }
}
