package io.calicofleet.cli.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ClusterPhase;
import io.calicofleet.event.Procedure;
import io.calicofleet.event.Sender;
import io.calicofleet.kafka.attestation.Envelope;
import io.calicofleet.kafka.attestation.TrustedKeys;
import io.calicofleet.planner.core.outcome.ClusterOutcome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What can be proven of signed statements about clusters, without the system they are about.
 *
 * @param wrong what is wrong, a sentence each
 * @param said what they say, or how many count
 */
record StatementProof(List<String> wrong, List<String> said) {

    StatementProof {
        wrong = List.copyOf(wrong);
        said = List.copyOf(said);
    }

    /** Whether this is a statement by itself, as REST gives it and as it is in the ZIP of a report. */
    static boolean isOne(JsonNode file) {
        return file.has("payloadType");
    }

    /**
     * Checks one.
     *
     * @param cluster the id or UID of the cluster it has to be of; null: of any
     */
    static StatementProof ofOne(JsonNode file, TrustedKeys trusted, @Nullable String cluster) {
        Checked checked = Checked.of(file, trusted);
        List<String> wrong = new ArrayList<>();
        if (checked.problem() != null) {
            wrong.add("The statement does not count: " + checked.problem() + ".");
        } else if (cluster != null && !checked.isOf(cluster)) {
            wrong.add("The statement is of " + checked.named() + ", not of " + cluster + ".");
        }
        return new StatementProof(wrong, wrong.isEmpty() ? List.of(checked.sentence()) : List.of());
    }

    /**
     * Checks those of a report, and that they say what it says.
     *
     * @param cluster the id or UID of the one that is to be checked; null: all
     */
    static StatementProof ofReport(JsonNode report, TrustedKeys trusted, @Nullable String cluster) {
        List<String> wrong = new ArrayList<>();
        List<String> said = new ArrayList<>();
        Set<String> seen = new LinkedHashSet<>();
        for (JsonNode entry : report.path("statements")) {
            String name = entry.path("cluster").asText();
            Checked checked = Checked.of(entry.path("envelope"), trusted);
            if (cluster != null && !name.equals(cluster) && !checked.isOf(cluster)) {
                continue;
            }
            if (!seen.add(name)) {
                wrong.add("There are two statements of " + name + ".");
            }
            checked.problem(name, report).ifPresentOrElse(wrong::add, () -> said.add(checked.sentence()));
        }
        if (cluster != null && seen.isEmpty()) {
            wrong.add("There is no statement of " + cluster + ".");
        }
        if (cluster == null && !report.at("/campaign/spec/procedure").asText().equals(Procedure.PLAN.encode())) {
            report.path("clusters").forEach(status -> {
                String name = status.path("cluster").asText();
                if (isFinished(status) && !seen.contains(name)) {
                    wrong.add("There is no statement of " + name + ", which is "
                            + status.path("phase").asText() + ".");
                }
            });
        }
        return new StatementProof(
                wrong,
                cluster == null
                        ? List.of(said.size() + (said.size() == 1 ? " statement counts" : " statements count")
                                + ", signed by a planner whose key is trusted, checked here.")
                        : said);
    }

    private static boolean isFinished(JsonNode status) {
        try {
            return ClusterPhase.parse(status.path("phase").asText()).finished();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /**
     * A statement that was looked at.
     *
     * @param problem why it does not count; null: it does
     * @param predicate what it says; missing where its signature does not count, or it cannot be read
     * @param by the key it says it is signed with
     */
    private record Checked(@Nullable String problem, JsonNode predicate, String by) {

        static Checked of(JsonNode file, TrustedKeys trusted) {
            try {
                Envelope envelope = Envelope.read(file.toString().getBytes(UTF_8));
                Optional<String> problem = trusted.problem(envelope, Sender.PLANNER);
                if (problem.isPresent()) {
                    return new Checked(problem.orElseThrow(), MissingNode.getInstance(), envelope.keyId());
                }
                JsonNode statement = envelope.statement();
                return new Checked(content(statement).orElse(null), statement.path("predicate"), envelope.keyId());
            } catch (IOException e) {
                return new Checked("it cannot be read: " + e.getMessage(), MissingNode.getInstance(), "");
            }
        }

        private static Optional<String> content(JsonNode statement) {
            JsonNode predicate = statement.path("predicate");
            if (!statement.path("_type").asText().equals(ClusterOutcome.STATEMENT_TYPE)
                    || !statement.path("predicateType").asText().equals(ClusterOutcome.PREDICATE_TYPE)) {
                return Optional.of("it says something else than what was done to a cluster");
            }
            try {
                String digest = ClusterOutcome.digest(
                        ClusterId.of(predicate.path("cluster").asText()),
                        predicate.path("uid").textValue());
                return statement.path("subject").size() == 1
                                && statement
                                        .at("/subject/0/name")
                                        .asText()
                                        .equals(predicate.path("cluster").asText())
                                && statement
                                        .at("/subject/0/digest/sha256")
                                        .asText()
                                        .equals(digest)
                        ? Optional.empty()
                        : Optional.of("its subject is not the cluster it speaks of");
            } catch (IllegalArgumentException e) {
                return Optional.of("it is about no cluster: " + e.getMessage());
            }
        }

        boolean isOf(String cluster) {
            return text("cluster").equals(cluster) || text("uid").equals(cluster);
        }

        private String text(String field) {
            return predicate.path(field).asText();
        }

        String named() {
            return "cluster " + text("cluster") + (text("uid").isEmpty() ? "" : " (UID " + text("uid") + ")");
        }

        /** What is wrong with it as the one of {@code name} in {@code report}. */
        Optional<String> problem(String name, JsonNode report) {
            String which = "The statement of " + name;
            if (problem != null) {
                return Optional.of(which + " does not count: " + problem + ".");
            }
            if (!text("cluster").equals(name)) {
                return Optional.of(which + " is one of " + named() + ".");
            }
            JsonNode campaign = report.path("campaign");
            if (!text("campaign").equals(campaign.path("campaign").asText())
                    || !text("createdAt").equals(campaign.path("createdAt").asText())) {
                return Optional.of(which + " is of campaign " + text("campaign") + ", created at " + text("createdAt")
                        + ", and this report of " + campaign.path("campaign").asText() + ", created at "
                        + campaign.path("createdAt").asText() + ".");
            }
            for (JsonNode status : report.path("clusters")) {
                if (status.path("cluster").asText().equals(name)) {
                    return differs(status)
                            ? Optional.of(which + " says that it is " + went() + "; the report says "
                                    + status.path("phase").asText() + ", from "
                                    + status.path("source").asText("an unknown version") + " to "
                                    + status.path("target").asText("none") + ".")
                            : Optional.empty();
                }
            }
            return Optional.of(which + " is of a cluster that is not in the report.");
        }

        private boolean differs(JsonNode status) {
            String phase = switch (text("result")) {
                case "restored" -> "succeeded";
                case "rolled-back" -> "failed";
                default -> text("result");
            };
            return !phase.equals(status.path("phase").asText())
                    || !text("from").equals(status.path("source").asText())
                    || !text("to").equals(status.path("target").asText());
        }

        private String went() {
            return text("result") + ", from " + predicate.path("from").asText("an unknown version") + " to "
                    + predicate.path("to").asText("none");
        }

        String sentence() {
            return "The planner with the key " + by + " says of " + named() + " in campaign " + text("campaign") + ": "
                    + went() + ", at " + text("finishedAt") + ". "
                    + predicate.at("/continuity/said").asText();
        }
    }
}
