package io.calicofleet.executor.adapter.calico;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.executor.core.datastore.CalicoKind;
import io.calicofleet.executor.core.datastore.StoredForm;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.model.Json;
import java.util.ArrayList;
import java.util.List;

/** Resources that the Kubernetes datastore does not store: Calico makes them up of Kubernetes' own objects. */
final class MadeUp {

    /** What endpoints without policy get that have this profile: everything is allowed. */
    static final String ALLOW_PROFILE = "projectcalico-default-allow";

    private MadeUp() {}

    /** Calico's own profile, and those of namespaces and service accounts. */
    static List<ObjectNode> profiles(ClusterApi cluster) {
        List<ObjectNode> profiles = new ArrayList<>();
        profiles.add(allowing(profile(ALLOW_PROFILE)));
        cluster.list("v1", "Namespace").forEach(namespace -> profiles.add(allowing(profile("kns." + name(namespace)))));
        cluster.list("v1", "ServiceAccount")
                .forEach(account -> profiles.add(profile(
                        "ksa." + account.path("metadata").path("namespace").asText() + "." + name(account))));
        return profiles;
    }

    /** The node as Calico knows it: its labels, and its addresses from the annotations of calico-node. */
    static ObjectNode node(ObjectNode kubernetes) {
        ObjectNode node = Json.object();
        node.put("apiVersion", StoredForm.V3).put("kind", CalicoKind.NODE.kind());
        ObjectNode metadata = Json.child(kubernetes.deepCopy(), "metadata");
        metadata.remove(List.of("managedFields", "annotations"));
        node.set("metadata", metadata);
        var annotations = kubernetes.path("metadata").get("annotations");
        ObjectNode bgp = Json.object();
        put(bgp, "ipv4Address", Json.text(annotations, "projectcalico.org/IPv4Address"));
        put(bgp, "ipv6Address", Json.text(annotations, "projectcalico.org/IPv6Address"));
        put(bgp, "routeReflectorClusterID", Json.text(annotations, "projectcalico.org/RouteReflectorClusterID"));
        put(bgp, "ipv4IPIPTunnelAddr", Json.text(annotations, "projectcalico.org/IPv4IPIPTunnelAddr"));
        ObjectNode spec = node.putObject("spec");
        if (!bgp.isEmpty()) {
            spec.set("bgp", bgp);
        }
        put(spec, "ipv4VXLANTunnelAddr", Json.text(annotations, "projectcalico.org/IPv4VXLANTunnelAddr"));
        return node;
    }

    private static void put(ObjectNode object, String field, String value) {
        if (!value.isEmpty()) {
            object.put(field, value);
        }
    }

    private static ObjectNode profile(String name) {
        ObjectNode profile = Json.object();
        profile.put("apiVersion", StoredForm.V3).put("kind", CalicoKind.PROFILE.kind());
        profile.putObject("metadata").put("name", name);
        profile.putObject("spec");
        return profile;
    }

    private static ObjectNode allowing(ObjectNode profile) {
        ObjectNode spec = Json.child(profile, "spec");
        spec.putArray("ingress").addObject().put("action", "Allow");
        spec.putArray("egress").addObject().put("action", "Allow");
        return profile;
    }

    private static String name(ObjectNode object) {
        return Json.text(object.get("metadata"), "name");
    }
}
