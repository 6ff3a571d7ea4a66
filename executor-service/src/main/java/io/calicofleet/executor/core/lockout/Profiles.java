package io.calicofleet.executor.core.lockout;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.model.Json;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The profiles of a cluster: what an endpoint may do that no policy selects. */
final class Profiles {

    /** Calico makes it up; it is stored nowhere. */
    static final String DEFAULT_ALLOW = "projectcalico-default-allow";

    private final Map<String, JsonNode> specs = new HashMap<>();

    Profiles(Collection<? extends JsonNode> profiles) {
        profiles.forEach(profile -> specs.put(profile.at("/metadata/name").asText(), profile.path("spec")));
    }

    /** What profiles put onto their endpoints. */
    Map<String, String> labelsOf(List<String> names) {
        Map<String, String> labels = new HashMap<>();
        for (String name : names) {
            Optional.ofNullable(specs.get(name))
                    .map(spec -> Json.get(spec, "labelsToApply"))
                    .ifPresent(all -> all.properties()
                            .forEach(label ->
                                    labels.put(label.getKey(), label.getValue().asText())));
        }
        return labels;
    }

    /** Whether a profile allows everything: Calico's own, and those it makes of namespaces. */
    boolean opensAll(String name) {
        return name.equals(DEFAULT_ALLOW) || (name.startsWith("kns.") && !specs.containsKey(name));
    }

    /** Its rules of a direction; none where there is no such profile. */
    List<JsonNode> rules(String name, String direction) {
        JsonNode spec = specs.get(name);
        return spec == null ? List.of() : Json.elements(spec.get(direction)).toList();
    }

    /** The rules of all profiles. */
    Stream<JsonNode> everyRule(String direction) {
        return specs.keySet().stream().sorted().flatMap(name -> rules(name, direction).stream());
    }
}
