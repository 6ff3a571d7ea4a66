package io.calicofleet.simulator.calico;

import io.calicofleet.simulator.calico.image.ImageVersion;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.kubernetes.api.AggregatedGroup;
import io.calicofleet.simulator.kubernetes.controller.Kube;
import io.calicofleet.simulator.kubernetes.store.ObjectStore;
import java.util.Set;

/** {@code projectcalico.org/v3} as Calico's API server serves it, by the version its Deployment runs. */
public record CalicoGroup(ObjectStore store) implements AggregatedGroup {

    private static final Set<String> NOT_SERVED =
            Set.of("ipamblocks", "ipamhandles", "ipamconfigs", "blockaffinities", "tiers");

    @Override
    public String group() {
        return "projectcalico.org";
    }

    @Override
    public String version() {
        return "v3";
    }

    @Override
    public String stored() {
        return "crd.projectcalico.org";
    }

    @Override
    public boolean serves(String plural) {
        return !NOT_SERVED.contains(plural);
    }

    /** Of its Deployment's image; the first release that had one where there is none. */
    @Override
    public Form form() {
        return new V3Form(store.list(Kube.DEPLOYMENTS, "").objects().stream()
                .filter(deployment -> Json.text(deployment, "metadata", "name").equals("calico-apiserver"))
                .map(deployment -> ImageVersion.of(
                        deployment.at("/spec/template/spec/containers/0/image").asText()))
                .findFirst()
                .orElse(ImageVersion.of("calico/apiserver:v3.20.0")));
    }
}
