package io.calicofleet.simulator.calico;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.simulator.calico.felix.Felix;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.kubernetes.controller.Probes;

/** What calico-node answers its probes, all of which ask its Felix, which runs once calico-node could start. */
public final class CalicoProbes implements Probes {

    private final Felix felix;
    private final CalicoStartup startup;

    /** Those of the nodes of a cluster. */
    public CalicoProbes(Felix felix, CalicoStartup startup) {
        this.felix = felix;
        this.startup = startup;
    }

    @Override
    public String failure(JsonNode pod, JsonNode container) {
        if (!container.path("name").asText().equals("calico-node")) {
            return "";
        }
        String failure = startup.isFailing(pod) ? Felix.REFUSED : felix.failure(Json.text(pod, "spec", "nodeName"));
        return failure.isEmpty() ? "" : "calico/node is not ready: " + failure;
    }
}
