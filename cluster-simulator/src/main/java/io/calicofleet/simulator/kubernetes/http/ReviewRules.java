package io.calicofleet.simulator.kubernetes.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.kubernetes.api.ApiException;
import io.calicofleet.simulator.kubernetes.resource.ResourceType;
import io.calicofleet.simulator.kubernetes.schema.Decoding;
import io.calicofleet.simulator.kubernetes.schema.DecodingException;
import io.calicofleet.simulator.kubernetes.schema.Structure;
import io.calicofleet.simulator.kubernetes.schema.Structures;
import io.calicofleet.simulator.kubernetes.validation.Problem;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a review must ask to be answered. */
final class ReviewRules {

    /** From here on a review of a namespace has that of its path. */
    private static final int NAMED_BY_PATH = 25;

    /** From here on it is told of the whole that one of two has to be there. */
    private static final int TELLS_SPEC = 37;

    private ReviewRules() {}

    /** Reads what is sent as a review of a type, and refuses one that asks nothing. */
    static void check(ResourceType type, JsonNode review, String namespace, int minor) {
        decode(type.kind(), Structures.of(type), review, minor);
        JsonNode spec = review.path("spec");
        switch (type.kind()) {
            case "SelfSubjectRulesReview" -> {
                if (Json.text(spec, "namespace").isEmpty()) {
                    throw ApiException.badRequest("no namespace on request");
                }
            }
            case "TokenReview" -> {
                if (Json.text(spec, "token").isEmpty()) {
                    throw ApiException.badRequest("token is required for TokenReview in authentication");
                }
            }
            default -> access(type, review, namespace, minor);
        }
    }

    /** Reads what is sent as a request for a token. */
    static void decode(String kind, @Nullable Structure structure, JsonNode review, int minor) {
        if (structure == null || !(review instanceof ObjectNode object)) {
            return;
        }
        try {
            var unused = Decoding.decode(object, structure, minor);
        } catch (DecodingException e) {
            throw ApiException.badRequest(
                    kind + " in version \"v1\" cannot be handled as a " + kind + ": " + e.getMessage());
        }
    }

    private static void access(ResourceType type, JsonNode review, String namespace, int minor) {
        JsonNode spec = review.path("spec");
        List<Problem> problems = new ArrayList<>();
        JsonNode resource = spec.path("resourceAttributes");
        if (resource.isObject() == spec.path("nonResourceAttributes").isObject()) {
            String exactly = "exactly one of nonResourceAttributes or resourceAttributes must be specified";
            boolean both = resource.isObject();
            String place =
                    minor >= TELLS_SPEC ? "spec" : both ? "spec.nonResourceAttributes" : "spec.resourceAttributes";
            JsonNode none = minor < Problem.SHOWS_JSON ? Json.text("null") : spec.path("none");
            problems.add(Problem.invalid(
                    place,
                    both ? Problem.internal(spec.path("nonResourceAttributes"), minor, "Path", "Verb") : none,
                    both && minor < TELLS_SPEC
                            ? "cannot be specified in combination with resourceAttributes"
                            : exactly));
        }
        boolean self = type.kind().startsWith("Self");
        if (!self && Json.text(spec, "user").isEmpty() && spec.path("groups").isEmpty()) {
            problems.add(Problem.invalid("spec.user", "", "at least one of user or group must be specified"));
        }
        if (type.namespaced()) {
            String asked = Json.text(resource, "namespace");
            if (spec.path("nonResourceAttributes").isObject()) {
                problems.add(Problem.invalid(
                        "spec.nonResourceAttributes",
                        spec.path("nonResourceAttributes"),
                        "disallowed on this kind of request"));
            }
            // Older servers compare with what the review says of itself, before it is given its namespace.
            String own = minor < NAMED_BY_PATH ? Json.text(review, "metadata", "namespace") : namespace;
            if (resource.isObject() && !asked.equals(own)) {
                problems.add(
                        Problem.invalid("spec.resourceAttributes.namespace", asked, "must match metadata.namespace"));
            }
        }
        boolean elsewhere =
                type.namespaced() && !Json.text(resource, "namespace").equals(namespace);
        if (problems.isEmpty() && elsewhere) {
            throw ApiException.badRequest("spec.resourceAttributes.namespace must match namespace: " + namespace);
        }
        if (!problems.isEmpty()) {
            throw ApiException.invalid(type.group(), "", "", problems);
        }
    }
}
