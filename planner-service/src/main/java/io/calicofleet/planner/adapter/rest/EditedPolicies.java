package io.calicofleet.planner.adapter.rest;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.event.TrafficReview;
import io.calicofleet.model.document.KubernetesYaml;
import io.calicofleet.model.felix.object.PolicyObject;
import io.calicofleet.planner.core.review.EditedPolicy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Judges a policy that somebody edits, in place of the one that a review suggests. Writes nothing, and asks nobody. */
final class EditedPolicies {

    /** As an approval takes it. */
    private static final int LONGEST = 1_000_000;

    private EditedPolicies() {}

    /**
     * What is to be said of it.
     *
     * @param body the policy, as YAML
     * @throws ProblemException where the cluster has no suggested policy, or it is longer than an approval takes
     */
    static EditedPolicy judged(ClusterStatus cluster, byte[] body) {
        TrafficReview review = cluster.review();
        if (review == null || review.suggestedPolicy().isBlank()) {
            throw ProblemDocument.conflict(
                    "No policy is suggested for cluster " + cluster.cluster()
                            + ": there is none to hold an edited one against.",
                    List.of());
        }
        if (body.length > LONGEST) {
            throw ProblemDocument.tooLarge("The policy has more than " + LONGEST + " bytes.");
        }
        try {
            return EditedPolicy.of(
                    policy(review.suggestedPolicy()),
                    policy(new String(body, StandardCharsets.UTF_8)),
                    review.flows(),
                    cluster.target() == null ? cluster.source() : cluster.target());
        } catch (IOException e) {
            return EditedPolicy.unreadable("The policy cannot be read: " + e.getMessage() + ".");
        }
    }

    /** As the executor reads it. */
    private static PolicyObject policy(String yaml) throws IOException {
        List<JsonNode> documents = KubernetesYaml.read(yaml);
        if (documents.size() != 1 || !documents.getFirst().path("spec").isObject()) {
            throw new IOException("one GlobalNetworkPolicy with a spec was expected");
        }
        return PolicyObject.of(documents.getFirst());
    }
}
