package io.calicofleet.planner.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.event.GateResult;
import io.calicofleet.event.PlanMade;
import io.calicofleet.event.StepRecord;
import io.calicofleet.event.WaveStatus;
import io.calicofleet.kafka.EventJson;
import io.calicofleet.model.Durations;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A report as one page for people: no script, nothing from elsewhere, and made to be printed. Times are UTC. */
final class ReportPage {

    private static final String STYLE = """
            body{font:14px/1.45 system-ui,sans-serif;color:#1a1a1a;max-width:68rem;margin:2rem auto;padding:0 1rem}
            h1{font-size:1.7rem}h2{margin-top:2.2rem;border-bottom:1px solid #bbb}h3{margin-bottom:.3rem}
            table{border-collapse:collapse;width:100%;margin:.5rem 0 1rem}
            th,td{border:1px solid #ccc;padding:.25rem .5rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}
            th{background:#f0f0f0}pre{background:#f6f6f6;padding:.6rem;white-space:pre-wrap;overflow-wrap:anywhere}
            @media print{body{max-width:none;margin:0;font-size:10px}thead{display:table-header-group}
            tr,h2,h3{break-inside:avoid}h2,h3{break-after:avoid}}
            """;
    private static final YAMLMapper YAML = YAMLMapper.builder()
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .build();

    private final Html page = new Html();
    private final SealedReport report;
    private final CampaignStatus campaign;
    private final List<ClusterStatus> clusters = new ArrayList<>();
    private final Map<String, List<PlanMade>> plans = new LinkedHashMap<>();

    private final Map<String, List<JsonNode>> verdicts = new HashMap<>();
    private final Map<String, JsonNode> statements = new HashMap<>();

    private ReportPage(SealedReport report) throws IOException {
        this.report = report;
        this.campaign = read(report.json().path("campaign"), CampaignStatus.class);
        for (JsonNode node : report.json().path("clusters")) {
            clusters.add(read(node, ClusterStatus.class));
        }
        clusters.sort(Comparator.comparing(ClusterStatus::cluster));
        report.json().path("events").forEach(event -> {
            if (event.path("type").asText().equals("step.judged")) {
                verdicts.computeIfAbsent(cluster(event.path("data")), id -> new ArrayList<>())
                        .add(event);
            }
        });
        report.json()
                .path("statements")
                .forEach(one -> statements.put(one.path("cluster").asText(), one.path("envelope")));
        for (JsonNode node : report.json().path("plans")) {
            PlanMade made = read(node, PlanMade.class);
            plans.computeIfAbsent(made.step().cluster().value(), id -> new ArrayList<>())
                    .add(made);
        }
    }

    /**
     * The page.
     *
     * @throws IOException where the report says what this version does not understand
     */
    static String of(SealedReport report) throws IOException {
        return new ReportPage(report).page();
    }

    private static <T> T read(JsonNode node, Class<T> type) throws IOException {
        return EventJson.mapper().treeToValue(node, type);
    }

    private String page() throws IOException {
        String title = "Campaign " + campaign.campaign();
        page.raw("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">")
                .raw(
                        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">")
                .raw("<meta name=\"viewport\" content=\"width=device-width\">")
                .raw("<title>" + Html.escaped(title) + "</title><style>" + STYLE + "</style></head><body>")
                .heading(1, title, "");
        summary();
        page.heading(2, "Waves and approvals", "waves");
        waves();
        page.heading(2, "What people asked", "people");
        people();
        page.heading(2, "What went wrong, and what was done about it", "failures");
        failures();
        page.heading(2, "Clusters", "clusters");
        overview();
        for (ClusterStatus cluster : clusters) {
            cluster(cluster);
        }
        page.heading(2, "Plans", "plans");
        plans();
        page.heading(2, "The campaign's document", "document").pre(document());
        return page.raw("</body></html>").toString();
    }

    private void summary() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("What", campaign.spec().said()));
        rows.add(List.of(
                "Where it is", campaign.phase() + (campaign.reason().isEmpty() ? "" : ": " + campaign.reason())));
        rows.add(List.of("Created by", Objects.requireNonNullElse(campaign.author(), "nobody said")));
        rows.add(List.of("Created at", time(campaign.createdAt())));
        rows.add(List.of("In this phase since", time(campaign.since())));
        rows.add(List.of("Clusters", campaign.clusters() + ", " + phases(campaign.phases())));
        rows.add(List.of("Report made at", report.json().path("madeAt").asText()));
        rows.add(List.of(
                "Made by", "calico-fleet " + report.json().path("version").asText()));
        rows.add(List.of("Digest of the report", report.digest()));
        page.table(List.of("", ""), rows)
                .paragraph(
                        "The digest is the SHA-256 of the digests of each part of the data, report.json. With it, calico-fleet report"
                                + " --verify FILE tells whether anything was changed, without the system. Times are UTC.")
                .paragraph(
                        statements.isEmpty()
                                ? ""
                                : "Of each cluster that is finished there is a statement. Its signature proves that the planner with that key"
                                        + " said so, and that nobody changed it since; not that the planner was right. This page has"
                                        + " no signatures: report.json does, and so does what report -o zip writes.")
                .paragraph(report.json().path("missing").asText());
    }

    private void waves() {
        List<List<String>> rows = new ArrayList<>();
        List<List<String>> approvals = new ArrayList<>();
        for (WaveStatus wave : campaign.waves()) {
            rows.add(List.of(
                    wave.name().value(),
                    wave.clusters() + ", " + phases(wave.phases()),
                    time(wave.startedAt()),
                    time(wave.finishedAt()),
                    took(wave.startedAt(), wave.finishedAt()),
                    wave.waitsFor()));
            wave.approvals()
                    .forEach(approval -> approvals.add(List.of(
                            wave.name().value(),
                            Objects.requireNonNullElse(approval.by(), "nobody said"),
                            time(approval.at()),
                            approval.reason())));
        }
        page.table(List.of("Wave", "Clusters", "Started", "Finished", "Took", "Waits for"), rows)
                .table(List.of("Wave approved", "By", "At", "Reason"), approvals);
        if (approvals.isEmpty()) {
            page.paragraph("No wave was approved by a person.");
        }
    }

    private void people() {
        List<List<String>> rows = new ArrayList<>();
        for (JsonNode event : report.json().path("events")) {
            if (event.path("byPeople").asBoolean()) {
                rows.add(asked(event));
            }
        }
        page.table(List.of("At", "Who", "What", "Cluster", "On digest", "Reason", "What came of it"), rows);
        if (rows.isEmpty()) {
            page.paragraph("Nothing is written down.");
        }
    }

    private static List<String> asked(JsonNode event) {
        JsonNode data = event.path("data");
        String refused = event.path("refused").asText();
        int accepted = data.path("acceptedPlans").size();
        return List.of(
                event.path("at").asText(),
                event.path("actor").asText("nobody said"),
                event.path("type").asText(),
                data.path("cluster").asText("all"),
                accepted > 0
                        ? "plans of " + accepted + " clusters, as told below"
                        : data.path("digest").asText(""),
                data.path("reason").asText(data.path("stop").path("reason").asText("")),
                refused.isEmpty() ? "taken" : "refused: " + refused);
    }

    /** What was asked about a cluster stands between what went wrong. */
    private void failures() {
        List<List<String>> rows = new ArrayList<>();
        for (JsonNode event : report.json().path("events")) {
            JsonNode data = event.path("data");
            String type = event.path("type").asText();
            boolean people = event.path("byPeople").asBoolean() && !type.equals("campaign.created");
            boolean wrong = !event.path("byPeople").asBoolean()
                    && !(type.equals("step.judged")
                            && data.path("outcome").asText().equals("passed"));
            if (wrong || people) {
                rows.add(List.of(
                        event.path("at").asText(),
                        wrong ? cluster(data) : data.path("cluster").asText("all"),
                        wrong ? type : event.path("actor").asText("somebody") + ": " + type,
                        event.path("summary").asText()));
            }
        }
        page.table(List.of("At", "Cluster", "What", "In words"), rows);
        if (rows.isEmpty()) {
            page.paragraph("Nothing.");
        }
    }

    private static String cluster(JsonNode data) {
        String[] step = data.path("step").asText().split("/", -1);
        return step.length > 1 ? step[1] : "";
    }

    private void overview() {
        List<List<String>> rows = new ArrayList<>();
        for (ClusterStatus cluster : clusters) {
            Instant started = cluster.steps().isEmpty()
                    ? null
                    : cluster.steps().getFirst().startedAt();
            Instant ended =
                    cluster.steps().isEmpty() ? null : cluster.steps().getLast().finishedAt();
            rows.add(List.of(
                    cluster.cluster().value(),
                    cluster.wave().value(),
                    cluster.phase().encode(),
                    text(cluster.source()),
                    text(cluster.target()),
                    time(started),
                    time(ended),
                    took(started, ended),
                    Objects.requireNonNullElse(cluster.acceptedPlan(), "")));
        }
        page.table(
                List.of("Cluster", "Wave", "Phase", "From", "To", "Started", "Ended", "Took", "Accepted plan"), rows);
    }

    private void cluster(ClusterStatus cluster) throws IOException {
        page.heading(3, cluster.cluster().value(), "cluster-" + cluster.cluster())
                .paragraph(cluster.summary());
        List<List<String>> steps = new ArrayList<>();
        for (StepRecord step : cluster.steps()) {
            steps.add(List.of(
                    step.step().among(cluster.steps()),
                    step.state(),
                    time(step.startedAt()),
                    time(step.finishedAt()),
                    took(step.startedAt(), step.finishedAt()),
                    step.message()));
        }
        page.table(List.of("Step", "Came to", "Started", "Finished", "Took", "In words"), steps);
        List<List<String>> gates = new ArrayList<>();
        for (JsonNode event : verdicts.getOrDefault(cluster.cluster().value(), List.of())) {
            for (JsonNode node : event.path("data").path("gates")) {
                GateResult gate = read(node, GateResult.class);
                gates.add(List.of(
                        event.path("at").asText(),
                        gate.gate().encode(),
                        gate.outcome().encode(),
                        gate.reason(),
                        String.join("\n", gate.evidence())));
            }
        }
        page.table(List.of("Judged at", "Gate", "Outcome", "In words", "Evidence"), gates);
        page.paragraph(String.join(" ", cluster.notes()));
        JsonNode statement = statements.get(cluster.cluster().value());
        if (statement != null) {
            page.table(List.of("Statement", ""), Stated.rows(statement));
        }
    }

    /** Clusters of which the same is written share a table. */
    private void plans() {
        Map<List<List<String>>, List<String>> alike = new LinkedHashMap<>();
        List<List<String>> made = new ArrayList<>();
        plans.forEach((cluster, all) -> all.forEach(plan -> {
            made.add(List.of(
                    cluster,
                    plan.plan().digest(),
                    time(plan.plan().madeAt()),
                    String.valueOf(plan.writes().size()),
                    String.join("\n", plan.plan().restarts())));
            alike.computeIfAbsent(writes(plan), rows -> new ArrayList<>())
                    .add(cluster + " " + plan.plan().digest());
        }));
        page.table(List.of("Cluster", "Digest", "Made at", "Objects", "Restarts"), made);
        alike.forEach((rows, of) -> page.heading(3, "Written by " + String.join(", ", of), "")
                .table(List.of("Step", "Action", "Object", "Field", "Before", "After"), rows));
        if (plans.isEmpty()) {
            page.paragraph("No cluster kept to a plan that was made before.");
        }
    }

    private static List<List<String>> writes(PlanMade plan) {
        List<List<String>> rows = new ArrayList<>();
        plan.writes().forEach(write -> {
            String step = write.step().encode();
            String action = write.action().encode();
            write.fields()
                    .forEach(field -> rows.add(
                            List.of(step, action, write.object(), field.path(), field.before(), field.after())));
            if (write.fields().isEmpty() || write.more() > 0) {
                rows.add(List.of(
                        step, action, write.object(), write.more() > 0 ? "and " + write.more() + " more" : "", "", ""));
            }
        });
        return rows;
    }

    private String document() {
        try {
            return YAML.writeValueAsString(report.json().path("campaign").path("spec"));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String phases(Map<String, Integer> phases) {
        List<String> parts = new ArrayList<>();
        phases.forEach((phase, count) -> {
            if (count > 0) {
                parts.add(count + " " + phase);
            }
        });
        return String.join(", ", parts);
    }

    private static String text(@Nullable Object what) {
        return what == null ? "" : what.toString();
    }

    private static String time(@Nullable Instant time) {
        return time == null ? "" : time.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static String took(@Nullable Instant from, @Nullable Instant to) {
        return from == null || to == null ? "" : Durations.shortly(Duration.between(from, to));
    }
}
