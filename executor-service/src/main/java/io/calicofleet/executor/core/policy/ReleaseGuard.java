package io.calicofleet.executor.core.policy;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.model.Json;
import io.calicofleet.model.selector.Selector;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Keeps the temporary policy from being removed where that would close a host endpoint.
 *
 * <p>From v3.14 on, what no policy selects in a direction is left to the profiles of the host endpoint, and without one
 * it is dropped. So for every host endpoint of all interfaces that carries the label, and for both directions: once label
 * and temporary policy are gone, is there a policy that selects it or a profile? What such a policy lets through is for
 * the traffic review to judge.
 */
public final class ReleaseGuard {

    private static final List<String> DIRECTIONS = List.of("Ingress", "Egress");

    /** Calico makes it up; it is stored nowhere. */
    private static final String ALLOW_PROFILE = "projectcalico-default-allow";

    private ReleaseGuard() {}

    /**
     * The names of the labelled host endpoints that would be less open without the temporary policy and its label.
     *
     * @param hostEndpoints all host endpoints
     * @param policies all GlobalNetworkPolicies, those about to be created too
     * @param profiles the names of the profiles there are; a profile that is not there opens nothing
     */
    public static List<String> wouldBeClosed(
            Collection<? extends JsonNode> hostEndpoints,
            Collection<? extends JsonNode> policies,
            Collection<String> profiles) {
        List<? extends JsonNode> others = policies.stream()
                .filter(policy -> !TemporaryPolicy.isIt(policy))
                .toList();
        return hostEndpoints.stream()
                .filter(endpoint -> HostEndpoints.fact(endpoint).labelled()
                        && HostEndpoints.fact(endpoint).needsProtection())
                .filter(endpoint -> !hasProfile(endpoint, profiles) && !isSelectedBothWays(endpoint, others))
                .map(HostEndpoints::name)
                .sorted()
                .toList();
    }

    /** The profiles of namespaces exist as the namespaces do; they allow everything. */
    private static boolean hasProfile(JsonNode endpoint, Collection<String> profiles) {
        return Json.texts(endpoint.path("spec").get("profiles")).stream()
                .anyMatch(name -> name.equals(ALLOW_PROFILE) || name.startsWith("kns.") || profiles.contains(name));
    }

    private static boolean isSelectedBothWays(JsonNode endpoint, List<? extends JsonNode> policies) {
        Map<String, String> labels = new TreeMap<>(HostEndpoints.labels(endpoint));
        labels.remove(TemporaryPolicy.LABEL);
        return DIRECTIONS.stream()
                .allMatch(direction -> policies.stream().anyMatch(policy -> selects(policy, direction, labels)));
    }

    /** Policies before DNAT or without tracking run elsewhere, and those for namespaces or service accounts are for pods. */
    private static boolean selects(JsonNode policy, String direction, Map<String, String> labels) {
        JsonNode spec = policy.path("spec");
        String namespaces = Json.text(spec, "namespaceSelector").strip();
        return types(spec).contains(direction)
                && !spec.path("preDNAT").asBoolean()
                && !spec.path("doNotTrack").asBoolean()
                && (namespaces.isEmpty() || namespaces.equals("global()"))
                && Json.text(spec, "serviceAccountSelector").isBlank()
                && Selector.matches(Json.text(spec, "selector"), labels);
    }

    /** What calicoctl fills in: the directions there are rules for; ingress where there are none at all. */
    private static List<String> types(JsonNode spec) {
        List<String> given = Json.texts(spec.get("types"));
        if (!given.isEmpty()) {
            return given;
        }
        boolean egress = !spec.path("egress").isEmpty();
        if (!egress) {
            return List.of("Ingress");
        }
        return spec.path("ingress").isEmpty() ? List.of("Egress") : DIRECTIONS;
    }
}
