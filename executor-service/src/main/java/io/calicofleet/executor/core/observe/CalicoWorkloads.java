package io.calicofleet.executor.core.observe;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.model.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which workloads are Calico's: those a manifest brings, by their names, and what an operator has in its namespaces. */
public final class CalicoWorkloads {

    /** Where manifests install Calico, beside much else. */
    public static final String MANIFESTS = "kube-system";

    /** Where an operator runs and installs Calico; up to v3.30 the API server has a namespace of its own (facts 1.4). */
    public static final List<String> OPERATORS = List.of("tigera-operator", "calico-system", "calico-apiserver");

    private static final Set<String> NAMES =
            Set.of("calico-node", "canal", "canal-node", "calico-kube-controllers", "calico-typha");

    private CalicoWorkloads() {}

    /** Whether workloads of Calico are in that namespace. */
    public static boolean isNamespace(String namespace) {
        return namespace.equals(MANIFESTS) || OPERATORS.contains(namespace);
    }

    /**
     * The namespaces to look for them in. Not all of them everywhere: an account for manifests may not list an operator's.
     *
     * @param method null where it is not known
     * @param operator whether an operator installs Calico here, be it beside a manifest
     */
    public static List<String> namespaces(@Nullable InstallMethod method, boolean operator) {
        List<String> namespaces = new ArrayList<>();
        if (method != InstallMethod.OPERATOR && method != InstallMethod.HELM) {
            namespaces.add(MANIFESTS);
        }
        if (operator) {
            namespaces.addAll(OPERATORS);
        }
        return List.copyOf(namespaces);
    }

    /**
     * Whether a DaemonSet or Deployment is one. The API server a manifest of its own brought is not: an upgrade by
     * manifest leaves it alone.
     */
    public static boolean isOne(JsonNode workload) {
        String kind = workload.path("kind").asText();
        if (!kind.equals("DaemonSet") && !kind.equals("Deployment")) {
            return false;
        }
        return switch (workload.at("/metadata/namespace").asText()) {
            case MANIFESTS -> NAMES.contains(workload.at("/metadata/name").asText());
            case "calico-system", "tigera-operator" -> true;
            case "calico-apiserver" ->
                Json.elements(workload.at("/metadata/ownerReferences"))
                        .anyMatch(owner -> Json.text(owner, "apiVersion").startsWith("operator.tigera.io/"));
            default -> false;
        };
    }
}
