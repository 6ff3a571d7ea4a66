package io.calicofleet.cli.view;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.cli.client.FleetClient;
import io.calicofleet.cli.output.Style;
import io.calicofleet.cli.output.Table;
import io.calicofleet.cli.output.Terminal;
import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.ChangeSpec;
import io.calicofleet.event.ClusterPhase;
import io.calicofleet.event.ClusterPlan;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.event.FieldConflict;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.PlanMade;
import io.calicofleet.event.PlannedAction;
import io.calicofleet.event.PlannedStepFact;
import io.calicofleet.event.PlannedWrite;
import io.calicofleet.event.StepKind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What an upgrade would do, for people. */
public final class PlanView {

    private static final int NAMED = 20;

    private final Terminal terminal;
    private final CommandLines commands;

    /** Prints to {@code terminal}, with commands as a person would type them here. */
    public PlanView(Terminal terminal, CommandLines commands) {
        this.terminal = terminal;
        this.commands = commands;
    }

    /** Whether the upgrade of every cluster would go its way. */
    public static boolean allGo(List<ClusterStatus> clusters) {
        return clusters.stream().allMatch(PlanView::goes);
    }

    /** Whether the upgrade of a cluster would go its way; also where it has nothing to do. */
    public static boolean goes(ClusterStatus cluster) {
        return cluster.phase() == ClusterPhase.SUCCEEDED || (cluster.plan() != null && cluster.holdReason() == null);
    }

    private static boolean isRefused(ClusterStatus cluster) {
        HoldReason reason = cluster.holdReason();
        return !goes(cluster) && (reason == null || !reason.approvable());
    }

    /** How far a plan is. */
    public static String progress(CampaignStatus plan) {
        int held = plan.phases().getOrDefault(ClusterPhase.FAILED.encode(), 0);
        String left =
                held > 0 ? held + (held == 1 ? " asks" : " ask") + " a person or would be refused" : plan.reason();
        return "planning " + plan.campaign() + ": " + over(plan) + " of " + plan.clusters()
                + " clusters are read and worked out" + (left.isEmpty() ? "" : "; " + left);
    }

    /** How many clusters of a plan are read and worked out, or cannot be. */
    public static int over(CampaignStatus plan) {
        return plan.phases().entrySet().stream()
                .filter(phase -> ClusterPhase.parse(phase.getKey()).finished())
                .mapToInt(Map.Entry::getValue)
                .sum();
    }

    /** A plan with all its clusters. */
    public void whole(JsonNode plan, List<ClusterStatus> clusters, @Nullable String file) {
        String name = plan.path("plan").asText();
        JsonNode spec = plan.path("status").path("spec");
        JsonNode change = spec.at("/upgrade/change");
        String goal = change.isObject()
                ? "change " + FleetClient.convert(change, ChangeSpec.class)
                : "to " + spec.path("target").asText();
        terminal.line(terminal.styled(Style.BOLD, name) + "  " + goal + ", " + clusters.size()
                + (clusters.size() == 1 ? " cluster" : " clusters") + "; nothing was written");
        terminal.line("");
        Table table = Table.of("wave", "cluster", "from", "would", "objects>", "nodes>", "restarts");
        for (ClusterStatus cluster : clusters) {
            ClusterPlan made = cluster.plan();
            table.row(
                    cluster.wave().value(),
                    cluster.cluster().value(),
                    cluster.source() == null ? "-" : cluster.source().toString(),
                    would(cluster),
                    made == null ? "-" : String.valueOf(made.writes()),
                    made == null ? "-" : String.valueOf(made.nodes()),
                    made == null ? "-" : shortly(made.restarts()));
        }
        table.print(terminal);
        clusters.stream().filter(cluster -> !goes(cluster)).limit(NAMED).forEach(cluster -> {
            terminal.line("");
            stopped(cluster);
        });
        asked(clusters);
        terminal.line("");
        String digest = plan.path("digest").asText("");
        if (digest.isEmpty()) {
            terminal.line(progress(FleetClient.convert(plan.path("status"), CampaignStatus.class)));
            return;
        }
        terminal.line("digest " + terminal.styled(Style.BOLD, digest));
        clusters.stream()
                .filter(cluster -> cluster.plan() != null)
                .findFirst()
                .ifPresent(cluster -> terminal.line("see every field  "
                        + commands.of("plan " + name + " --cluster " + cluster.cluster() + " -o diff")));
        if (clusters.stream().allMatch(PlanView::isRefused) && !clusters.isEmpty()) {
            terminal.line("Nothing would be done: put right what is named, and plan again.");
            return;
        }
        terminal.line(
                "do just that     " + commands.of("apply -f " + (file == null ? "FILE" : file) + " --plan " + digest));
    }

    /** One cluster: its steps, what restarts, and the objects. */
    public void one(ClusterStatus cluster, PlanMade made) {
        ClusterPlan plan = made.plan();
        terminal.line(terminal.styled(Style.BOLD, cluster.cluster().value()) + "  "
                + (cluster.source() == null ? "" : cluster.source() + (cluster.target() == null ? "" : " to "))
                + (cluster.target() == null ? "" : cluster.target()) + ", "
                + made.writes().size() + " objects, " + plan.nodes() + " nodes; plan " + plan.digest());
        terminal.line("");
        Table steps = Table.of("step", "objects>", "then judged by");
        for (PlannedStepFact step : plan.steps()) {
            steps.row(
                    step.kind().encode(),
                    step.writes() == null ? "later" : String.valueOf(step.writes()),
                    step.gates().stream().map(Object::toString).collect(Collectors.joining(", ")));
        }
        steps.print(terminal);
        if (!plan.restarts().isEmpty()) {
            terminal.line("");
            terminal.line("Restarts:");
            plan.restarts().forEach(line -> terminal.line("  " + line));
        }
        terminal.line("");
        Table objects = Table.of("step", "action", "object", "fields>");
        for (PlannedWrite write : made.writes()) {
            objects.row(
                    write.step().encode(),
                    write.action().encode(),
                    write.object(),
                    String.valueOf(write.fields().size() + write.more()));
        }
        objects.print(terminal);
        notes(cluster);
        terminal.line("");
        terminal.line("every field  "
                + commands.of("plan " + cluster.campaign() + " --cluster " + cluster.cluster() + " -o diff"));
    }

    private void notes(ClusterStatus cluster) {
        if (!cluster.notes().isEmpty()) {
            terminal.line("");
            cluster.notes().forEach(note -> terminal.line("note: " + note));
        }
    }

    /** Why the upgrade of a cluster would not go its way. */
    public void stopped(ClusterStatus cluster) {
        terminal.line(terminal.styled(Style.BOLD, cluster.cluster().value())
                + (cluster.phase().finished() || cluster.phase() == ClusterPhase.HELD ? " would " : " ")
                + would(cluster) + ": "
                + (cluster.holdReason() == null
                        ? cluster.summary()
                        : cluster.holdReason().sentence()));
        List<String> said = cluster.objections();
        if (said.isEmpty() && cluster.conflicts().isEmpty()) {
            terminal.line("  " + cluster.summary());
        }
        said.forEach(line -> terminal.line("  " + line));
        for (FieldConflict conflict : cluster.conflicts()) {
            terminal.line("  " + conflict.question() + "  " + conflict.object() + "  " + conflict.path());
            terminal.line("            yours         " + absent(conflict.mine()));
            terminal.line("            " + (cluster.target() == null ? "then          " : "the release's ")
                    + absent(conflict.target()));
            if (conflict.why() != null) {
                terminal.line("            " + conflict.why());
            }
        }
    }

    /** What a person will be asked, once for all clusters of which it is so. */
    private void asked(List<ClusterStatus> clusters) {
        Map<String, Integer> questions = new LinkedHashMap<>();
        for (ClusterStatus cluster : clusters) {
            ClusterPlan plan = cluster.plan();
            if (plan != null
                    && plan.steps().stream().anyMatch(step -> step.kind() == StepKind.REVIEW_HOST_ENDPOINT_TRAFFIC)) {
                questions.merge("approves the logged traffic of host endpoints, after the upgrade", 1, Integer::sum);
            }
        }
        questions.forEach((question, count) -> {
            terminal.line("");
            terminal.line("A person " + question + ", on " + count + (count == 1 ? " cluster." : " clusters."));
        });
    }

    private String would(ClusterStatus cluster) {
        ClusterPlan plan = cluster.plan();
        if (goes(cluster)) {
            return terminal.styled(Style.GOOD, plan == null || plan.writes() == 0 ? "do nothing" : "go");
        }
        HoldReason reason = cluster.holdReason();
        if (cluster.phase() != ClusterPhase.FAILED && cluster.phase() != ClusterPhase.HELD) {
            return terminal.styled(Style.BUSY, "(" + cluster.phase() + ")");
        }
        return reason != null && reason.approvable()
                ? terminal.styled(Style.WAITING, "be held")
                : terminal.styled(Style.BAD, reason == HoldReason.STEP_FAILED ? "fail" : "be refused");
    }

    /** All fields of all objects, as they are and as they will be. */
    public void diff(PlanMade made) {
        for (PlannedWrite write : made.writes()) {
            terminal.line(terminal.styled(
                    Style.BOLD,
                    "# " + made.step().cluster() + "  " + write.step() + "  " + write.action() + "  "
                            + write.object()));
            write.fields().forEach(field -> {
                terminal.line("  " + field.path());
                PlanText.lines(field.before(), field.after()).forEach(line -> terminal.line(styled(line)));
            });
            if (write.fields().isEmpty() && write.action() == PlannedAction.UPDATE) {
                terminal.line(terminal.styled(Style.DIM, "  only what says which release and which plan it is of"));
            }
            if (write.more() > 0) {
                terminal.line(terminal.styled(Style.DIM, "  and " + write.more() + " fields more"));
            }
            terminal.line("");
        }
    }

    private String styled(String line) {
        Style style = line.startsWith("-") ? Style.BAD : line.startsWith("+") ? Style.GOOD : Style.DIM;
        return terminal.styled(style, line.charAt(0) + "   " + line.substring(1));
    }

    private static String shortly(List<String> restarts) {
        Set<String> names = new LinkedHashSet<>();
        for (String line : restarts) {
            int end = line.indexOf(": ");
            names.add(end < 0 ? line : line.substring(0, end).replaceFirst("^(\\w+) .*/", "$1 "));
        }
        List<String> all = new ArrayList<>(names);
        return all.isEmpty()
                ? "nothing"
                : all.size() <= 2
                        ? String.join(", ", all)
                        : String.join(", ", all.subList(0, 2)) + " and " + (all.size() - 2) + " more";
    }

    private static String absent(String json) {
        return json.isEmpty() ? "(absent)" : json;
    }
}
