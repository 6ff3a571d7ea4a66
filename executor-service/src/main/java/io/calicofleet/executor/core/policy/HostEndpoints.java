package io.calicofleet.executor.core.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.HostEndpointFact;
import java.util.Map;

/** Host endpoints as {@code crd.projectcalico.org/v1} stores them. */
@SuppressWarnings("DoNotCallSuggester")
public final class HostEndpoints {

    private HostEndpoints() {}

    /** What is to be known of a host endpoint. */
    public static HostEndpointFact fact(JsonNode hostEndpoint) {
        throw new UnsupportedOperationException();
    }

    /** The labels Calico sees. */
    public static Map<String, String> labels(JsonNode hostEndpoint) {
        throw new UnsupportedOperationException();
    }

    /** A copy that carries the label, for a PUT under its resourceVersion; the object itself where it does already. */
    public static ObjectNode withLabel(ObjectNode hostEndpoint, String key, String value) {
        throw new UnsupportedOperationException();
    }

    /** A copy without the label, for a PUT under its resourceVersion; the object itself where it has none. */
    public static ObjectNode withoutLabel(ObjectNode hostEndpoint, String key) {
        throw new UnsupportedOperationException();
    }
}
