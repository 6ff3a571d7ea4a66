package io.calicofleet.planner.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.kafka.attestation.Envelope;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** What the statement of a cluster says, for people. Whether its signature counts is not looked at. */
final class Stated {

    private final List<List<String>> rows = new ArrayList<>();
    private final JsonNode said;

    private Stated(JsonNode said) {
        this.said = said;
    }

    /** Its rows: what, and what is said of it. */
    static List<List<String>> rows(JsonNode envelope) {
        try {
            Envelope read = Envelope.read(envelope.toString().getBytes(UTF_8));
            return new Stated(read.statement().path("predicate")).rows(read.keyId());
        } catch (IOException e) {
            return List.of(List.of("Statement", "cannot be read: " + e.getMessage()));
        }
    }

    private List<List<String>> rows(String key) {
        row(
                "Result",
                said.path("result").asText() + ", at " + said.path("finishedAt").asText());
        row("UID", said.path("uid").asText("not known"));
        row("Plan", said.path("plan").asText());
        row("Plan that people accepted", said.path("acceptedPlan").asText());
        row("Fields people had changed", kept());
        row(
                "Changed by both sides",
                lines(
                        said.at("/kept/decisions"),
                        one -> one.at("/field/object").asText() + " "
                                + one.at("/field/path").asText() + ": "
                                + one.path("answer").asText("not decided")));
        row("Did packets flow", said.at("/continuity/said").asText());
        row("Paths measured", lines(said.at("/continuity/gaps"), Stated::gap));
        JsonNode protection = said.path("protection");
        row(
                "Host endpoints before",
                !protection.path("inspected").asBoolean()
                        ? "not looked at"
                        : protection.path("hostEndpoints").asInt() + ", of all interfaces and not automatic "
                                + protection.path("needingProtection").asInt());
        row(
                "Objects before",
                protection.path("counts").properties().stream()
                        .map(count -> count.getKey() + ": " + count.getValue().asText())
                        .collect(Collectors.joining("\n")));
        row(
                "Judged of them since",
                lines(
                        protection.path("verdicts"),
                        one -> one.path("gate").asText() + " "
                                + one.path("outcome").asText() + ": "
                                + one.path("reason").asText()));
        row("Approved", lines(said.path("approvals"), Stated::approval));
        row("May not be all", said.path("doubt").asText());
        row("Signed with", key.isEmpty() ? "no key: it proves nothing" : "the planner's key " + key);
        return rows;
    }

    private String kept() {
        int found = said.at("/kept/found").asInt();
        String rule = said.at("/kept/rule").asText();
        return found + (rule.isEmpty() ? "" : "; what the release changed too and nobody decided on: " + rule);
    }

    private static String gap(JsonNode gap) {
        boolean kept = gap.path("kept").asBoolean();
        long longest = gap.path("longestGapMillis").asLong();
        return gap.path("kind").asText() + ", " + (kept ? "kept" : "new") + " connections: "
                + gap.path("paths").asInt() + " paths, longest gap " + longest / 1000.0 + " s"
                + (longest == 0
                        ? ""
                        : " from " + gap.path("node").asText() + " to "
                                + gap.path("to").asText())
                + ", " + gap.path("lost").asLong() + " of "
                + gap.path("attempts").asLong() + " lost"
                + (kept ? ", " + gap.path("breaks").asLong() + " breaks" : "");
    }

    private static String approval(JsonNode needed) {
        return needed.path("what").asText() + ": "
                + lines(
                        needed.path("given"),
                        one -> one.path("by").asText("somebody") + " at "
                                + one.path("at").asText() + " on "
                                + one.path("digest").asText("no digest")
                                + (one.path("reason").asText().isEmpty()
                                        ? ""
                                        : ", " + one.path("reason").asText()));
    }

    private static String lines(JsonNode list, Function<JsonNode, String> line) {
        return StreamSupport.stream(list.spliterator(), false).map(line).collect(Collectors.joining("\n"));
    }

    private void row(String what, String value) {
        if (!value.isEmpty()) {
            rows.add(List.of(what, value));
        }
    }
}
