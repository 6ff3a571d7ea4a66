package io.calicofleet.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.planner.core.catalogue.KubernetesVersion;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A cluster as its executor announces it.
 *
 * @param id of it
 * @param labels it carries
 * @param kubernetes its version; empty where it is not known
 * @param calico which release it has; empty where it is not known
 * @param method how Calico was installed; empty where it is not known
 * @param problem why it is out of reach; empty where it is not
 */
record FleetCluster(
        String id,
        Map<String, String> labels,
        String kubernetes,
        Optional<CalicoVersion> calico,
        Optional<InstallMethod> method,
        String problem) {

    /** Reads what the planner lists. */
    static FleetCluster of(JsonNode announced) {
        Map<String, String> labels = new TreeMap<>();
        announced
                .path("labels")
                .properties()
                .forEach(label -> labels.put(label.getKey(), label.getValue().asText("")));
        String method = announced.path("installMethod").asText("");
        return new FleetCluster(
                announced.path("cluster").asText(""),
                labels,
                announced.path("kubernetesVersion").asText(""),
                CalicoVersion.tryParse(announced.path("calicoVersion").asText("")),
                Arrays.stream(InstallMethod.values())
                        .filter(known -> known.encode().equals(method))
                        .findFirst(),
                announced.path("problem").asText(""));
    }

    /** What makes it differ from others for an upgrade. */
    String sort() {
        return method.map(InstallMethod::encode).orElse("?") + " "
                + calico.map(CalicoVersion::line).orElse("?") + " "
                + KubernetesVersion.tryParse(kubernetes).map(Object::toString).orElse("?");
    }
}
