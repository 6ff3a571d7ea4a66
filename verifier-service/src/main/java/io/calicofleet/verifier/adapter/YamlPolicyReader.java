package io.calicofleet.verifier.adapter;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.calicofleet.model.felix.object.PolicyObject;
import io.calicofleet.verifier.core.traffic.PolicyReader;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Reads policies with Jackson. Remembers the last few, for a step asks for the same ones with each observation. For one
 * thread.
 */
final class YamlPolicyReader implements PolicyReader {

    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
    private static final int REMEMBERED = 8;

    private final Map<String, Optional<PolicyObject>> known = new LinkedHashMap<>();

    @Override
    public Optional<PolicyObject> read(String yaml) {
        Optional<PolicyObject> policy = known.remove(yaml);
        if (policy == null) {
            policy = parse(yaml);
        }
        known.put(yaml, policy);
        if (known.size() > REMEMBERED) {
            known.remove(known.keySet().iterator().next());
        }
        return policy;
    }

    private static Optional<PolicyObject> parse(String yaml) {
        try {
            JsonNode node = YAML.readTree(yaml);
            return node != null && node.path("spec").isObject() ? Optional.of(PolicyObject.of(node)) : Optional.empty();
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }
}
