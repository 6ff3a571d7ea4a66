package io.calicofleet.cli.rehearse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.model.Json;
import io.calicofleet.simulator.ClusterTemplate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the objects of a cluster say of Calico's etcd. */
final class GivenEtcd {

    private static final String ENDPOINTS = "ETCD_ENDPOINTS";
    private static final List<String> CERTIFICATES = List.of("ETCD_CA_CERT_FILE", "ETCD_CERT_FILE");
    /** The Secret of the releases, which the simulator fills. */
    private static final String SECRET = "calico-etcd-secrets";

    private final List<ObjectNode> objects;
    private final List<Container> onEtcd = new ArrayList<>();

    /** A container of calico-node with the workload it is of. */
    private record Container(ObjectNode workload, JsonNode container) {}

    GivenEtcd(List<ObjectNode> objects) {
        this.objects = objects;
        for (ObjectNode object : objects) {
            Json.elements(object.at("/spec/template/spec/containers"))
                    .filter(container -> object.path("kind").asText().equals("DaemonSet"))
                    .filter(container -> Json.text(container, "name").equals("calico-node"))
                    .filter(GivenEtcd::isOnEtcd)
                    .forEach(container -> onEtcd.add(new Container(object, container)));
        }
    }

    /** As calico-node takes it: the type says it, or else endpoints do. */
    private static boolean isOnEtcd(JsonNode container) {
        String type = variable(container, "DATASTORE_TYPE")
                .map(found -> Json.text(found, "value"))
                .orElse("");
        return type.isEmpty() ? variable(container, ENDPOINTS).isPresent() : type.equals("etcdv3");
    }

    private static Optional<JsonNode> variable(JsonNode container, String name) {
        return Json.elements(container.get("env"))
                .filter(variable -> Json.text(variable, "name").equals(name))
                .reduce((first, last) -> last);
    }

    /** The etcd that the simulated cluster needs: with TLS where the Secret of the releases has the certificates. */
    ClusterTemplate.Etcd kind() {
        if (onEtcd.isEmpty()) {
            return ClusterTemplate.Etcd.NONE;
        }
        return onEtcd.stream().anyMatch(GivenEtcd::mountsSecret)
                        && hasCertificates()
                        && objects.stream().anyMatch(GivenEtcd::isSecret)
                ? ClusterTemplate.Etcd.TLS
                : ClusterTemplate.Etcd.PLAIN;
    }

    /** Whether calico-node has certificates that are in nothing that is given, such as files of its nodes. */
    boolean certificatesAreElsewhere() {
        return hasCertificates() && kind() == ClusterTemplate.Etcd.PLAIN;
    }

    private boolean hasCertificates() {
        return onEtcd.stream()
                .anyMatch(each -> CERTIFICATES.stream()
                        .anyMatch(name -> !value(each, name).orElse("").isBlank()));
    }

    private static boolean mountsSecret(Container each) {
        return Json.elements(each.workload().at("/spec/template/spec/volumes"))
                .anyMatch(volume -> volume.at("/secret/secretName").asText().equals(SECRET));
    }

    private static boolean isSecret(ObjectNode object) {
        return object.path("kind").asText().equals("Secret")
                && object.at("/metadata/name").asText().equals(SECRET);
    }

    /** Why nobody could reach the etcd, with what would be right; empty where it is told where it is, or there is none. */
    Optional<String> problem() {
        for (Container each : onEtcd) {
            if (value(each, ENDPOINTS).orElse("").isBlank()) {
                return Optional.of("calico-node of DaemonSet "
                        + each.workload().at("/metadata/name").asText()
                        + " keeps Calico's resources in etcd, and nothing that is given says where: " + why(each));
            }
        }
        return Optional.empty();
    }

    private String why(Container each) {
        Optional<JsonNode> variable = variable(each.container(), ENDPOINTS);
        if (variable.isEmpty()) {
            return "it has no " + ENDPOINTS + ". Give it one";
        }
        JsonNode reference = variable.get().at("/valueFrom/configMapKeyRef");
        if (!reference.isObject()) {
            return ENDPOINTS + " is empty. Give it the address, such as http://10.0.0.1:2379";
        }
        String map = "ConfigMap " + namespace(each.workload()) + "/" + Json.text(reference, "name");
        String key = Json.text(reference, "key");
        return configMap(each, reference).isEmpty()
                ? ENDPOINTS + " is " + key + " of " + map + ", which is not given. Give it with a further --manifest"
                : map + " has no " + key + ". Put the address there, such as http://10.0.0.1:2379";
    }

    /** What a variable comes to; empty where it is not set, or by nothing that is given. */
    private Optional<String> value(Container each, String name) {
        return variable(each.container(), name).flatMap(variable -> {
            JsonNode reference = variable.at("/valueFrom/configMapKeyRef");
            return reference.isObject()
                    ? configMap(each, reference)
                            .map(map -> map.path("data")
                                    .path(Json.text(reference, "key"))
                                    .asText())
                    : Optional.of(Json.text(variable, "value"));
        });
    }

    private Optional<ObjectNode> configMap(Container each, JsonNode reference) {
        return objects.stream()
                .filter(object -> object.path("kind").asText().equals("ConfigMap"))
                .filter(object -> object.at("/metadata/name").asText().equals(Json.text(reference, "name")))
                .filter(object -> namespace(object).equals(namespace(each.workload())))
                .findFirst();
    }

    private static String namespace(ObjectNode object) {
        return object.at("/metadata/namespace").asText("default");
    }
}
