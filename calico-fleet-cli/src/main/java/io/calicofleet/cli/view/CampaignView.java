package io.calicofleet.cli.view;

import io.calicofleet.cli.output.Style;
import io.calicofleet.cli.output.Table;
import io.calicofleet.cli.output.Terminal;
import io.calicofleet.cli.output.Times;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.ClusterPhase;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.event.GateResult;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.Outcome;
import io.calicofleet.event.ScheduleStatus;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepRecord;
import io.calicofleet.event.WaveStatus;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Campaigns and their clusters as tables. */
public final class CampaignView {

    private static final List<ClusterPhase> WAVE_COLUMNS = List.of(
            ClusterPhase.PENDING,
            ClusterPhase.RUNNING,
            ClusterPhase.HELD,
            ClusterPhase.SUCCEEDED,
            ClusterPhase.FAILED,
            ClusterPhase.SKIPPED,
            ClusterPhase.ABORTED);

    /** Columns that are shown only where they say something. */
    private static final Set<ClusterPhase> SELDOM = Set.of(ClusterPhase.SKIPPED, ClusterPhase.ABORTED);

    private static final int LONGEST_WHAT = 100;

    private final Terminal terminal;

    /** Prints to {@code terminal}. */
    public CampaignView(Terminal terminal) {
        this.terminal = terminal;
    }

    /** All campaigns, a row each. */
    public void list(List<CampaignStatus> campaigns) {
        if (campaigns.isEmpty()) {
            terminal.line("There is no campaign yet: " + CommandLines.called() + " apply -f campaign.yaml");
            return;
        }
        Table table = Table.of("campaign", "what", "phase", "clusters>", "succeeded>", "failed>", "held>", "updated");
        for (CampaignStatus campaign : campaigns) {
            table.row(
                    campaign.campaign().value(),
                    goal(campaign),
                    phase(campaign),
                    String.valueOf(campaign.clusters()),
                    String.valueOf(count(campaign.phases(), ClusterPhase.SUCCEEDED)),
                    String.valueOf(count(campaign.phases(), ClusterPhase.FAILED)),
                    String.valueOf(count(campaign.phases(), ClusterPhase.HELD)),
                    Times.clock(campaign.updatedAt()));
        }
        table.print(terminal);
    }

    /**
     * One campaign: a sentence, its limits, its waves, its clusters.
     *
     * @param end a line about when it is expected to end; empty where nobody can tell
     */
    public void detail(Snapshot snapshot, String end) {
        CampaignStatus campaign = snapshot.campaign();
        terminal.line(terminal.styled(Style.BOLD, campaign.campaign().value()) + "  " + goal(campaign) + "  "
                + phase(campaign) + (campaign.reason().isEmpty() ? "" : ": " + campaign.reason()));
        if (!campaign.phase().terminal()) {
            limits(campaign);
        }
        if (!campaign.phase().terminal()) {
            schedule(campaign.schedule());
        }
        if (!end.isEmpty()) {
            terminal.line(end);
        }
        terminal.line("");
        List<ClusterPhase> shown = WAVE_COLUMNS.stream()
                .filter(phase -> !SELDOM.contains(phase) || count(campaign.phases(), phase) > 0)
                .toList();
        List<String> header = new ArrayList<>(List.of("wave", "clusters>"));
        shown.forEach(phase -> header.add(phase.encode() + ">"));
        header.add("note");
        Table waves = Table.of(header.toArray(String[]::new));
        for (WaveStatus wave : campaign.waves()) {
            List<String> row = new ArrayList<>(List.of(wave.name().value(), String.valueOf(wave.clusters())));
            shown.forEach(phase -> row.add(String.valueOf(count(wave.phases(), phase))));
            row.add(wave.waitsFor());
            waves.row(row.toArray(String[]::new));
        }
        waves.print(terminal);
        terminal.line("");
        clusters(snapshot.clusters());
    }

    /** What is used of what may be: places, which held clusters take as well, and failures. */
    private void limits(CampaignStatus campaign) {
        int inFlight = count(campaign.phases(), ClusterPhase.RUNNING) + count(campaign.phases(), ClusterPhase.HELD);
        int places = campaign.spec().maxConcurrent().atMostOf(campaign.clusters());
        int failures = campaign.spec().failureBudget().maxFailures().atMostOf(campaign.clusters());
        String failed = campaign.failures() + " of " + failures + " failures allowed";
        terminal.line("in flight " + inFlight + " of " + places + ", "
                + (campaign.failures() > failures ? terminal.styled(Style.BAD, failed) : failed)
                + unreachable(campaign));
    }

    private static String unreachable(CampaignStatus campaign) {
        Integer count = campaign.unreachable();
        return count == null || count == 0 ? "" : ", " + count + " cannot be reached";
    }

    private void schedule(@Nullable ScheduleStatus schedule) {
        if (schedule == null) {
            return;
        }
        Instant opensAt = schedule.opensAt();
        String zone = schedule.zone().isEmpty() ? "UTC" : schedule.zone();
        terminal.line("schedule: "
                + (opensAt == null ? "" : "the next start is " + Times.dated(opensAt, ZoneId.of(zone)) + "; ")
                + "a cluster takes "
                + Times.shortly(schedule.expected())
                + (schedule.measured() == 0
                        ? ", as the campaign says"
                        : ", as 95% of " + schedule.measured() + " did"));
    }

    /** The clusters of a campaign, a row each; those that need somebody first. */
    public void clusters(List<ClusterStatus> clusters) {
        Table table = Table.of("cluster", "wave", "phase", "step", "progress", "from", "to", "what");
        for (ClusterStatus cluster : Phases.neediestFirst(clusters)) {
            table.row(
                    cluster.cluster().value(),
                    cluster.wave().value(),
                    phase(cluster),
                    step(cluster.step(), cluster.steps()),
                    progress(cluster),
                    version(cluster.source()),
                    version(cluster.target()),
                    what(cluster));
        }
        table.print(terminal);
    }

    /** What a held cluster waits for stands whole below, with what to do about it. */
    private static String what(ClusterStatus cluster) {
        String why = cluster.phase() == ClusterPhase.SUCCEEDED ? "" : why(cluster);
        return cluster.phase() == ClusterPhase.HELD && why.length() > LONGEST_WHAT
                ? why.substring(0, why.lastIndexOf(' ', LONGEST_WHAT)) + " ..."
                : why;
    }

    /** One cluster of a campaign: its steps, the gates last judged with their evidence, its notes. */
    public void cluster(ClusterStatus cluster) {
        terminal.line(terminal.styled(Style.BOLD, cluster.cluster().value()) + "  wave " + cluster.wave() + "  "
                + phase(cluster) + ": " + why(cluster));
        terminal.line("");
        Table steps = Table.of("step", "state", "started", "took>", "what came of it");
        for (StepRecord step : cluster.steps()) {
            steps.row(
                    step(step.step(), cluster.steps()),
                    step.state(),
                    Times.clock(step.startedAt()),
                    took(step.startedAt(), step.finishedAt()),
                    step.message());
        }
        steps.print(terminal);
        gates(cluster.gates());
        cluster.notes().forEach(note -> terminal.line("note: " + note));
    }

    /** The gates last judged; evidence of those that were not passed. */
    public void gates(List<GateResult> gates) {
        for (GateResult gate : gates) {
            Style style = switch (gate.outcome()) {
                case PASSED -> Style.GOOD;
                case FAILED -> Style.BAD;
                case NEEDS_APPROVAL, CONTESTED, UNDECIDED -> Style.WAITING;
            };
            terminal.line("gate " + gate.gate() + " "
                    + terminal.styled(style, gate.outcome().encode()) + ": " + gate.reason());
            if (gate.outcome() != Outcome.PASSED) {
                gate.evidence().forEach(line -> terminal.line("    " + line));
            }
        }
    }

    /** Why a cluster waits or failed, in a sentence. */
    public static String why(ClusterStatus cluster) {
        if (!cluster.objections().isEmpty() && cluster.holdReason() == HoldReason.PREFLIGHT_OBJECTIONS) {
            return String.join(" ", cluster.objections());
        }
        String summary = cluster.summary();
        HoldReason reason = cluster.holdReason();
        return !summary.isEmpty() ? summary : reason == null ? cluster.phase().sentence() : reason.sentence();
    }

    /** What a campaign is about: {@code upgrade to v3.22.5}. */
    public static String goal(CampaignStatus campaign) {
        return campaign.spec().said();
    }

    /** {@code upgrade}, {@code upgrade, attempt 2} after a retry; drills count steps, not attempts. */
    public static String step(@Nullable StepId step) {
        return step(step, List.of());
    }

    /** The same among all steps of its cluster: {@code upgrade, attempt 1 of 2}. */
    public static String step(@Nullable StepId step, List<StepRecord> all) {
        return step == null ? "-" : step.among(all);
    }

    /** {@code 3/10 nodes}, or nothing. */
    public static String progress(ClusterStatus cluster) {
        return cluster.total() == 0 || cluster.phase().terminal()
                ? ""
                : cluster.done() + "/" + cluster.total() + " " + cluster.unit();
    }

    /** {@code 3 running, 2 succeeded}. */
    public static String counts(Map<String, Integer> phases) {
        return Arrays.stream(ClusterPhase.values())
                .filter(phase -> count(phases, phase) > 0)
                .map(phase -> count(phases, phase) + " " + phase)
                .collect(Collectors.joining(", "));
    }

    static int count(Map<String, Integer> phases, ClusterPhase phase) {
        return phases.getOrDefault(phase.encode(), 0);
    }

    private String phase(CampaignStatus campaign) {
        return terminal.styled(Phases.style(campaign.phase()), campaign.phase().encode());
    }

    private String phase(ClusterStatus cluster) {
        return terminal.styled(Phases.style(cluster.phase()), cluster.phase().encode());
    }

    private static String version(@Nullable CalicoVersion version) {
        return version == null ? "-" : version.toString();
    }

    private static String took(Instant from, @Nullable Instant to) {
        return to == null ? "-" : Times.shortly(Duration.between(from, to));
    }
}
