package io.calicofleet.executor.core.lockout;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.model.Json;
import io.calicofleet.model.selector.Selector;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * A GlobalNetworkPolicy; no other kind selects host endpoints.
 *
 * @param name as people call it
 * @param tier its tier
 * @param order its place in the tier; without one it is last
 * @param stage which of Felix' tables runs it
 * @param spec its spec
 */
record Policy(String name, String tier, double order, Stage stage, JsonNode spec) {

    /** As Felix runs those of a tier. */
    static final Comparator<Policy> ORDER =
            Comparator.comparingDouble(Policy::order).thenComparing(Policy::name);

    /** When a policy is looked at (felix/calc/event_sequencer.go). */
    enum Stage {
        /** Before connections are tracked. Never on a host endpoint of all interfaces. */
        UNTRACKED,
        /** Before addresses are translated; incoming only. */
        BEFORE_DNAT,
        /** All others, those for forwarded packets too. */
        NORMAL
    }

    Policy {
        requireNonNull(name, "name");
        requireNonNull(tier, "tier");
        requireNonNull(stage, "stage");
        requireNonNull(spec, "spec");
    }

    static Policy of(JsonNode object) {
        JsonNode spec = object.path("spec");
        String name = object.at("/metadata/name").asText();
        String tier = Json.text(spec, "tier");
        Stage stage = spec.path("doNotTrack").asBoolean()
                ? Stage.UNTRACKED
                : spec.path("preDNAT").asBoolean() ? Stage.BEFORE_DNAT : Stage.NORMAL;
        return new Policy(
                name.startsWith("default.") ? name.substring("default.".length()) : name,
                tier.isEmpty() ? Tiers.DEFAULT : tier,
                spec.path("order").isNumber() ? spec.path("order").asDouble() : Double.POSITIVE_INFINITY,
                stage,
                spec);
    }

    /**
     * Whether it selects a host endpoint. MAYBE where a selector cannot be read: Felix would not select it, but versions
     * differ in what they read, and a person should look at it.
     */
    Match selects(Map<String, String> labels) {
        return match(Json.text(spec, "selector"), labels)
                .and(ofPods(Json.text(spec, "namespaceSelector")))
                .and(ofPods(Json.text(spec, "serviceAccountSelector")));
    }

    /** Its rules of a direction; none where it is not about that direction. */
    List<JsonNode> rules(String direction) {
        return Json.elements(spec.get(direction)).toList();
    }

    /**
     * Whether it decides on a direction: by its types. calicoctl always sets them; without any, Felix takes it for both
     * (felix/calc/policy_sorter.go, governsType).
     */
    boolean isAbout(String direction) {
        List<String> types = Json.texts(spec.get("types"));
        return types.isEmpty() || types.stream().anyMatch(type -> type.equalsIgnoreCase(direction));
    }

    static Match match(String selector, Map<String, String> labels) {
        try {
            return Match.of(Selector.parse(selector).matches(labels));
        } catch (IllegalArgumentException e) {
            return Match.MAYBE;
        }
    }

    /**
     * Whether a selector of namespaces or service accounts selects what is in no namespace: Felix looks for their labels
     * on the endpoint itself, and only pods have them.
     */
    static Match ofPods(String selector) {
        String text = selector.strip();
        if (text.isEmpty() || text.equals("global()")) {
            return Match.YES;
        }
        return text.equals("all()") ? Match.NO : match(text, Map.of());
    }
}
