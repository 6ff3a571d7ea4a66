package io.calicofleet.simulator.kubernetes.controller;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.json.Times;
import io.calicofleet.simulator.kubernetes.api.Cluster;
import io.calicofleet.simulator.kubernetes.crd.CrdNames;
import io.calicofleet.simulator.kubernetes.crd.Crds;
import io.calicofleet.simulator.kubernetes.resource.GroupResource;
import io.calicofleet.simulator.kubernetes.store.ObjectKey;
import java.util.Optional;

/** Accepts the names of CRDs, establishes them and serves their resources as they are now. */
final class CrdController {

    private final Cluster cluster;
    private final Kube kube;

    CrdController(Cluster cluster, Kube kube) {
        this.cluster = cluster;
        this.kube = kube;
    }

    /** A CRD was made or changed. */
    void sync(String name) {
        ObjectNode crd = kube.get(Crds.RESOURCE, new ObjectKey("", name));
        if (crd == null) {
            return;
        }
        Optional<CrdNames.Conflict> conflict =
                Kube.isTrue(crd, "Established") ? Optional.empty() : CrdNames.of(crd, kube.list(Crds.RESOURCE, ""));
        if (conflict.isPresent()) {
            boolean told = crd.at("/status/conditions")
                    .valueStream()
                    .anyMatch(each ->
                            each.path("message").asText().equals(conflict.get().message()));
            if (!told) {
                ObjectNode refused = CrdNames.refusedStatus(crd, conflict.get(), Times.now());
                kube.change(Crds.RESOURCE, new ObjectKey("", name), object -> object.set("status", refused));
            }
            return;
        }
        cluster.types()
                .establish(name, Crds.types(crd, cluster.types().version().minor()));
        ApiServices.served(kube, crd);
        boolean accepted = Json.same(
                crd.path("status").path("acceptedNames"), crd.path("spec").path("names"));
        if (!Kube.isTrue(crd, "Established") || !accepted) {
            ObjectNode status = Crds.establishedStatus(crd, Times.now());
            kube.change(Crds.RESOURCE, new ObjectKey("", name), object -> object.set("status", status));
        }
    }

    /** A CRD is gone. */
    GroupResource removed(ObjectNode crd) {
        cluster.types().remove(Json.text(crd, "metadata", "name"));
        ApiServices.removed(kube, crd);
        for (ObjectNode other : kube.list(Crds.RESOURCE, "")) {
            boolean waits = !Kube.isTrue(other, "Established")
                    && other.at("/spec/group").equals(crd.at("/spec/group"));
            if (waits) {
                sync(Json.text(other, "metadata", "name"));
            }
        }
        return new GroupResource(Json.text(crd, "spec", "group"), Json.text(crd, "spec", "names", "plural"));
    }
}
