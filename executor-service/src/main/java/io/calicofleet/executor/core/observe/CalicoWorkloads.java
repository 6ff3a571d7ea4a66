package io.calicofleet.executor.core.observe;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.executor.core.identity.InstalledCalico;
import io.calicofleet.executor.core.identity.Part;
import io.calicofleet.model.Json;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which workloads are Calico's: by what they run ({@link Part}), and all that an operator has in its namespaces. */
public final class CalicoWorkloads {

    /** Where an operator is as released. */
    public static final String OPERATORS_NAMESPACE = "tigera-operator";

    /** Where an operator installs Calico; up to v3.30 the API server has a namespace of its own. */
    private static final List<String> OPERATED = List.of("calico-system", "calico-apiserver");

    private CalicoWorkloads() {}

    /** Whether an operator has that namespace for itself. */
    public static boolean isOfOperator(String namespace) {
        return namespace.equals(OPERATORS_NAMESPACE) || OPERATED.contains(namespace);
    }

    /**
     * The namespaces of an operator and of what it installs.
     *
     * @param workloads the Deployments of the cluster, which tell where it runs; as released where none does
     */
    public static List<String> ofOperator(Collection<? extends JsonNode> workloads) {
        Set<String> namespaces = new LinkedHashSet<>();
        workloads.stream()
                .filter(Part::isOperator)
                .map(operator -> operator.at("/metadata/namespace").asText())
                .forEach(namespaces::add);
        if (namespaces.isEmpty()) {
            namespaces.add(OPERATORS_NAMESPACE);
        }
        namespaces.addAll(OPERATED);
        return List.copyOf(namespaces);
    }

    /**
     * The namespaces to look for them in. Not all of them everywhere: an account for manifests may not list an operator's.
     *
     * @param method null where it is not known
     * @param operator whether an operator installs Calico here, be it beside a manifest
     * @param workloads the DaemonSets and Deployments of the cluster, which tell where manifests put Calico
     */
    public static List<String> namespaces(
            @Nullable InstallMethod method, boolean operator, Collection<? extends JsonNode> workloads) {
        Set<String> namespaces = new LinkedHashSet<>();
        if (method != InstallMethod.OPERATOR && method != InstallMethod.HELM) {
            workloads.stream()
                    .filter(workload -> Part.of(workload).isPresent() && !Part.isOfOperator(workload))
                    .map(workload -> workload.at("/metadata/namespace").asText())
                    .sorted()
                    .forEach(namespaces::add);
            if (namespaces.isEmpty()) {
                namespaces.add(InstalledCalico.USUAL_NAMESPACE);
            }
        }
        if (operator) {
            namespaces.addAll(ofOperator(workloads));
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
            case "calico-system", "tigera-operator" -> true;
            case "calico-apiserver" ->
                Json.elements(workload.at("/metadata/ownerReferences"))
                        .anyMatch(owner -> Json.text(owner, "apiVersion").startsWith("operator.tigera.io/"));
            default -> Part.of(workload).isPresent() || Part.isOperator(workload);
        };
    }
}
