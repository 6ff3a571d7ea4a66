package io.calicofleet.executor.core.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.TemporaryPolicyObservation;
import io.calicofleet.model.Json;
import io.calicofleet.model.selector.Selector;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The policy that logs and then allows all traffic of the host endpoints that carry the label, in both directions. It
 * has no order, so that it comes after every policy of people: it opens only what nothing else decides.
 */
public final class TemporaryPolicy {

    /** Its name. */
    public static final String NAME = "allow-all-upgrade";

    /** The name of the policy made from the traffic that was seen, which takes its place. */
    public static final String SUCCESSOR = "calico-fleet-host-endpoints";

    /** The label of the host endpoints it selects; its value is empty. */
    public static final String LABEL = "host-endpoint-upgrade";

    private static final Map<String, String> LABELLED = Map.of(LABEL, "");

    private TemporaryPolicy() {}

    /** The policy to create. */
    public static ObjectNode object() {
        ObjectNode policy = Json.object();
        policy.put("apiVersion", "projectcalico.org/v3").put("kind", "GlobalNetworkPolicy");
        policy.putObject("metadata").put("name", NAME);
        ObjectNode spec = policy.putObject("spec");
        spec.put("selector", "has(" + LABEL + ")");
        spec.putArray("types").add("Ingress").add("Egress"); // raw writes get no defaults
        for (String direction : List.of("ingress", "egress")) {
            ArrayNode rules = spec.putArray(direction);
            rules.addObject().put("action", "Log");
            rules.addObject().put("action", "Allow");
        }
        return policy;
    }

    /** Whether a policy logs and then allows all traffic both ways of what carries the label. */
    public static boolean inForce(JsonNode policy) {
        JsonNode spec = policy.path("spec");
        boolean bothWays = Set.copyOf(Json.texts(spec.get("types"))).equals(Set.of("Ingress", "Egress"));
        return bothWays
                && !spec.path("doNotTrack").asBoolean()
                && !spec.path("preDNAT").asBoolean()
                && Selector.matches(Json.text(spec, "selector"), LABELLED)
                && logsThenAllows(spec.path("ingress"))
                && logsThenAllows(spec.path("egress"));
    }

    /** The temporary policy among all GlobalNetworkPolicies. */
    public static TemporaryPolicyObservation observe(Collection<? extends JsonNode> policies) {
        List<? extends JsonNode> found =
                policies.stream().filter(TemporaryPolicy::isIt).toList();
        return new TemporaryPolicyObservation(
                found.stream().map(HostEndpoints::name).sorted().toList(),
                found.stream().anyMatch(TemporaryPolicy::inForce));
    }

    /** Whether this is a policy of calico-fleet, the temporary one or the one in its place, by its name. */
    public static boolean isOurs(JsonNode policy) {
        return isIt(policy) || SUCCESSOR.equals(HostEndpoints.name(policy));
    }

    /** Whether this is the temporary policy, by its name. */
    public static boolean isIt(JsonNode policy) {
        return NAME.equals(HostEndpoints.name(policy));
    }

    /** Everything matches both rules, and the log comes first. */
    private static boolean logsThenAllows(JsonNode rules) {
        return rules.size() >= 2 && isBare(rules.get(0), "Log") && isBare(rules.get(1), "Allow");
    }

    private static boolean isBare(JsonNode rule, String action) {
        boolean matchesEverything = rule.properties().stream()
                .filter(field ->
                        !field.getKey().equals("action") && !field.getKey().equals("metadata"))
                .allMatch(field -> field.getValue().isNull()
                        || (field.getValue().isObject() && field.getValue().isEmpty()));
        return matchesEverything && Json.text(rule, "action").equalsIgnoreCase(action);
    }
}
