package io.calicofleet.executor.step.change;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.ChangeSpec;
import io.calicofleet.executor.core.change.FelixChange;
import io.calicofleet.executor.core.change.FelixDefinition;
import io.calicofleet.executor.core.datastore.CalicoKind;
import io.calicofleet.executor.core.detect.CalicoNode;
import io.calicofleet.executor.core.detect.ClusterSnapshot;
import io.calicofleet.executor.port.CalicoDatastore;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.Permission;
import io.calicofleet.executor.port.ReleaseException;
import io.calicofleet.executor.port.StepContext;
import io.calicofleet.executor.step.cluster.Installed;
import io.calicofleet.executor.step.cluster.Kinds;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Reads what a change is judged by. */
public final class ChangeReads {

    /** Of every release, whatever it was installed from. */
    private static final String FILE = "calico.yaml";

    private ChangeReads() {}

    /** What the change comes to on this cluster; nothing is written. */
    public static FelixChange of(StepContext context, CalicoDatastore calico, ChangeSpec change) {
        ClusterApi cluster = context.cluster();
        List<ObjectNode> objects = new ArrayList<>();
        objects.addAll(cluster.list(Kinds.CORE, "Node"));
        objects.addAll(cluster.list(Kinds.APPS, "DaemonSet"));
        objects.addAll(cluster.list(Kinds.CORE, "Pod"));
        objects.addAll(cluster.list(Kinds.CRDS, Kinds.CRD));
        objects.addAll(cluster.list(Kinds.CORE, "ConfigMap", Installed.namespace(objects), ""));
        objects.addAll(calico.list(CalicoKind.FELIX_CONFIGURATION));
        ClusterSnapshot snapshot = new ClusterSnapshot(cluster.version(), List.copyOf(objects), Set.of(), List.of());
        Optional<ObjectNode> released = CalicoNode.find(snapshot)
                .flatMap(node -> node.oldestVersion(snapshot))
                .flatMap(version -> definition(context, version));
        return FelixChange.of(change, snapshot, released);
    }

    /** What the kubeconfig has to be allowed to do. */
    public static List<Permission> permissions(CalicoDatastore calico) {
        return calico.permissions().stream()
                .map(Permission::group)
                .filter(group -> group.endsWith(CalicoKind.GROUP))
                .distinct()
                .flatMap(group -> Stream.of("get", "create", "update")
                        .map(verb -> new Permission(verb, group, CalicoKind.FELIX_CONFIGURATION.plural(), "")))
                .toList();
    }

    private static Optional<ObjectNode> definition(StepContext context, CalicoVersion version) {
        try {
            return context.releases().manifest(version, FILE).stream()
                    .flatMap(file -> file.documents().objects().values().stream())
                    .filter((JsonNode object) -> FelixDefinition.isIt(object))
                    .findFirst();
        } catch (ReleaseException e) {
            return Optional.empty(); // the definition of the cluster is enough; without one the change is refused
        }
    }
}
