package io.calicofleet.simulator.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.json.Json;
import java.util.List;
import java.util.Locale;

/** What people change in a manifest before they apply it. */
public enum LocalChanges {
    /** As released. */
    NONE,
    /** An own pod network and MTU. */
    POOL_AND_MTU,
    /** Felix settings and how the node's address is found. */
    FELIX_SETTINGS,
    /** All images from a private registry; resources of calico-node. */
    PRIVATE_REGISTRY,
    /** Two nodes at a time, one more toleration. */
    UPDATE_STRATEGY,
    /** An extra key in the ConfigMap, an extra variable and annotation. */
    EXTRA_KEYS,
    /** Flannel's network, interface and masquerading; for canal. */
    FLANNEL_NETWORK,
    /** Three Typhas, of which two may be away; for installs with Typha. */
    TYPHA_REPLICAS;

    /** The manifest with the changes. */
    String applyTo(String manifest) {
        if (this == NONE) {
            return manifest;
        }
        StringBuilder all = new StringBuilder();
        for (JsonNode document : Json.yamlDocuments(manifest)) {
            change((ObjectNode) document);
            all.append("---\n").append(Json.yaml(document));
        }
        return all.toString();
    }

    private void change(ObjectNode object) {
        String kind = object.path("kind").asText();
        JsonNode podSpec = Json.at(object, "spec", "template", "spec");
        switch (this) {
            case POOL_AND_MTU -> {
                if (kind.equals("ConfigMap")) {
                    Json.child(object, "data").put("veth_mtu", "1410");
                } else if (kind.equals("DaemonSet")) {
                    variable(podSpec, "CALICO_IPV4POOL_CIDR", "10.244.0.0/16");
                }
            }
            case FELIX_SETTINGS -> {
                if (kind.equals("DaemonSet")) {
                    variable(podSpec, "FELIX_IPTABLESREFRESHINTERVAL", "60");
                    variable(podSpec, "FELIX_PROMETHEUSMETRICSENABLED", "true");
                    variable(podSpec, "IP_AUTODETECTION_METHOD", "interface=eth.*");
                }
            }
            case PRIVATE_REGISTRY -> {
                for (String list : List.of("initContainers", "containers")) {
                    for (JsonNode container : podSpec.path(list)) {
                        ((ObjectNode) container)
                                .put(
                                        "image",
                                        "registry.example.com/mirror/"
                                                + container.path("image").asText());
                    }
                }
                if (kind.equals("DaemonSet")) {
                    ObjectNode node = (ObjectNode) podSpec.path("containers").get(0);
                    ObjectNode resources = node.putObject("resources");
                    resources.putObject("requests").put("cpu", "300m").put("memory", "256Mi");
                    resources.putObject("limits").put("memory", "512Mi");
                }
            }
            case UPDATE_STRATEGY -> {
                if (kind.equals("DaemonSet")) {
                    Json.child(Json.child((ObjectNode) object.path("spec"), "updateStrategy"), "rollingUpdate")
                            .put("maxUnavailable", 2);
                    Json.list((ObjectNode) podSpec, "tolerations")
                            .addObject()
                            .put("key", "dedicated")
                            .put("operator", "Equal")
                            .put("value", "storage")
                            .put("effect", "NoSchedule");
                }
            }
            case EXTRA_KEYS -> {
                if (kind.equals("ConfigMap")) {
                    Json.child(object, "data").put("team_contact", "network@example.com");
                } else if (kind.equals("DaemonSet")) {
                    Json.child(Json.child(object, "metadata"), "annotations").put("example.com/owner", "network");
                    variable(podSpec, "TZ", "Europe/Berlin");
                }
            }
            case FLANNEL_NETWORK -> {
                if (kind.equals("ConfigMap")) {
                    Json.child(object, "data")
                            .put("net-conf.json", "{\"Network\": \"10.99.0.0/16\", \"Backend\": {\"Type\": \"vxlan\"}}")
                            .put("canal_iface", "eth1")
                            .put("masquerade", "false");
                }
            }
            case TYPHA_REPLICAS -> {
                boolean typha = Json.text(object, "metadata", "name").equals("calico-typha");
                if (typha && kind.equals("Deployment")) {
                    Json.child(object, "spec").put("replicas", 2);
                } else if (typha && kind.equals("PodDisruptionBudget")) {
                    Json.child(object, "spec").put("maxUnavailable", 2);
                }
            }
            case NONE -> {
                // as released
            }
        }
    }

    private static void variable(JsonNode podSpec, String name, String value) {
        ArrayNode variables = Json.list((ObjectNode) podSpec.path("containers").get(0), "env");
        variables.removeIf(variable -> variable.path("name").asText().equals(name));
        variables.addObject().put("name", name).put("value", value);
    }

    /** The name as a label's value. */
    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
