package io.calicofleet.simulator.kubernetes.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.json.Times;
import io.calicofleet.simulator.kubernetes.api.ApiException;
import io.calicofleet.simulator.kubernetes.patch.ManagedFields;
import io.calicofleet.simulator.kubernetes.rbac.Access;
import io.calicofleet.simulator.kubernetes.rbac.Account;
import io.calicofleet.simulator.kubernetes.rbac.Accounts;
import io.calicofleet.simulator.kubernetes.rbac.Rbac;
import io.calicofleet.simulator.kubernetes.resource.ResourceType;
import io.calicofleet.simulator.kubernetes.resource.TypeInfo;
import io.calicofleet.simulator.kubernetes.schema.Structures;
import io.calicofleet.simulator.kubernetes.validation.Problem;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reviews of access and tokens: whoever has the token of the cluster may do everything, an account what its roles say. */
final class Reviews {

    /** From here on a time that is not there is left out; before, it is null. */
    private static final int NO_NULL_TIMES = 34;

    private static final long SHORTEST_SECONDS = 600;
    private static final long LONGEST_SECONDS = 1L << 32;
    private static final long STANDARD_SECONDS = 3600;

    private static final TypeInfo REVIEW =
            new TypeInfo(TypeInfo.Shape.GRANULAR, null, List.of(), List.of(), false, null);

    static {
        REVIEW.define("spec", TypeInfo.ANY.asAlwaysThere());
    }

    private final Accounts accounts;
    private final Rbac rbac;

    Reviews(Accounts accounts, Rbac rbac) {
        this.accounts = accounts;
        this.rbac = rbac;
    }

    /** What an access review asks for. */
    static Access asked(JsonNode review) {
        JsonNode attributes = review.path("spec").path("resourceAttributes");
        String subresource = Json.text(attributes, "subresource");
        return new Access(
                Json.text(attributes, "verb"),
                Json.text(attributes, "group"),
                Json.text(attributes, "resource") + (subresource.isEmpty() ? "" : "/" + subresource),
                Json.text(attributes, "namespace"),
                Json.text(attributes, "name"));
    }

    /**
     * The answer to a review.
     *
     * @param caller who asks; null for whoever has the token of the cluster
     * @param manager who is told to own what is asked
     */
    ObjectNode answer(
            ResourceType type, JsonNode review, @Nullable Account caller, String namespace, String manager, int minor) {
        ReviewRules.check(type, review, namespace, minor);
        ObjectNode answer = Json.object().put("kind", type.kind()).put("apiVersion", type.apiVersion());
        ObjectNode metadata = answer.putObject("metadata");
        if (minor < NO_NULL_TIMES) {
            metadata.putNull("creationTimestamp");
        }
        if (type.namespaced()) {
            metadata.put("namespace", namespace);
        }
        if (type.kind().equals("SelfSubjectRulesReview")) {
            answer.putObject("spec");
        } else {
            answer.set("spec", review.path("spec").isObject() ? review.path("spec") : Json.object());
            ManagedFields fields = ManagedFields.of(answer);
            fields.updated(
                    Json.object(),
                    answer,
                    REVIEW,
                    new ManagedFields.Writer(manager, type.apiVersion(), "", Times.now()));
            fields.to(answer);
        }
        ObjectNode status = answer.putObject("status");
        switch (type.kind()) {
            case "SelfSubjectRulesReview" -> rules(status, review, caller);
            case "TokenReview" -> token(status, Json.text(review, "spec", "token"));
            case "SelfSubjectAccessReview" -> access(status, review, caller);
            default -> access(status, review, Accounts.named(Json.text(review, "spec", "user")));
        }
        return answer;
    }

    private void access(ObjectNode status, JsonNode review, @Nullable Account of) {
        boolean resource = review.path("spec").path("resourceAttributes").isObject();
        status.put("allowed", of == null || (resource && rbac.allows(of, asked(review))));
    }

    private void rules(ObjectNode status, JsonNode review, @Nullable Account caller) {
        var rules = status.putArray("resourceRules");
        if (caller == null) {
            ObjectNode rule = rules.addObject();
            for (String field : new String[] {"verbs", "apiGroups", "resources"}) {
                rule.putArray(field).add("*");
            }
        } else {
            rbac.rules(caller, Json.text(review, "spec", "namespace")).forEach(rules::add);
        }
        status.putArray("nonResourceRules");
        status.put("incomplete", false);
    }

    private void token(ObjectNode status, String token) {
        Account account = accounts.of(token);
        if (account == null) {
            status.putObject("user");
            status.put("error", "invalid bearer token");
            return;
        }
        ObjectNode user = status.put("authenticated", true).putObject("user").put("username", account.user());
        account.groups().forEach(Json.list(user, "groups")::add);
    }

    /** A new token for a service account, as the subresource {@code token} answers it. */
    ObjectNode issue(JsonNode request, String namespace, String name, int minor) {
        ReviewRules.decode("TokenRequest", Structures.tokenRequest(), request, minor);
        JsonNode wanted = request.path("spec").path("expirationSeconds");
        if (wanted.isNumber() && wanted.asLong() > LONGEST_SECONDS) {
            throw ApiException.invalid(
                    "authentication.k8s.io",
                    "TokenRequest",
                    "",
                    List.of(Problem.invalid(
                            "spec.expirationSeconds", wanted, "may not specify a duration larger than 2^32 seconds")));
        }
        if (wanted.isNumber() && wanted.asLong() < SHORTEST_SECONDS) {
            throw ApiException.invalid(
                    "authentication.k8s.io",
                    "TokenRequest",
                    "",
                    List.of(Problem.invalid(
                            "spec.expirationSeconds", wanted, "may not specify a duration less than 10 minutes")));
        }
        long seconds = wanted.asLong(STANDARD_SECONDS);
        ObjectNode answer = Json.object().put("kind", "TokenRequest").put("apiVersion", "authentication.k8s.io/v1");
        answer.putObject("metadata")
                .put("name", name)
                .put("namespace", namespace)
                .put("creationTimestamp", Times.now());
        ObjectNode spec = answer.putObject("spec");
        spec.putArray("audiences").add("https://kubernetes.default.svc");
        spec.put("expirationSeconds", seconds).putNull("boundObjectRef");
        answer.putObject("status")
                .put("token", accounts.issue(namespace, name).token())
                .put("expirationTimestamp", Instant.now().plusSeconds(seconds).toString());
        return answer;
    }
}
