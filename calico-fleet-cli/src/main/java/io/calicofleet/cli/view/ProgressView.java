package io.calicofleet.cli.view;

import io.calicofleet.cli.output.Style;
import io.calicofleet.cli.output.Terminal;
import io.calicofleet.cli.output.Times;
import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ClusterPhase;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.event.WaveStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Live progress per wave and cluster: drawn in place on a terminal, a line for each change elsewhere. A cluster that is
 * done leaves the drawing; the line of its wave counts it.
 */
public final class ProgressView {

    private static final int BAR = 24;
    private static final int FEW = 40;

    private final Terminal terminal;
    private final Map<ClusterId, String> told = new HashMap<>();
    private String toldCampaign = "";

    /** Draws on {@code terminal}. */
    public ProgressView(Terminal terminal) {
        this.terminal = terminal;
    }

    /** Shows {@code snapshot}, taken {@code now}. */
    public void show(Snapshot snapshot, Instant now) {
        if (terminal.interactive()) {
            terminal.live(drawing(snapshot, now));
        } else {
            changes(snapshot, now);
        }
    }

    /** What was shown last stays. */
    public void end() {
        terminal.keepLive();
    }

    List<String> drawing(Snapshot snapshot, Instant now) {
        CampaignStatus campaign = snapshot.campaign();
        List<String> lines = new ArrayList<>();
        lines.add(terminal.styled(Style.BOLD, campaign.campaign().value()) + "  " + CampaignView.goal(campaign) + "  "
                + terminal.styled(
                        Phases.style(campaign.phase()), campaign.phase().encode()) + "  "
                + Times.shortly(Duration.between(campaign.createdAt(), now)));
        int name = campaign.waves().stream()
                .mapToInt(wave -> wave.name().value().length())
                .max()
                .orElse(0);
        for (WaveStatus wave : campaign.waves()) {
            lines.add("  " + pad(wave.name().value(), name) + "  " + bar(wave) + "  "
                    + CampaignView.counts(wave.phases())
                    + (wave.waitsFor().isEmpty() ? "" : terminal.styled(Style.DIM, "  " + wave.waitsFor())));
        }
        int room = Math.max(3, terminal.height() - lines.size() - 3);
        List<ClusterStatus> shown = Phases.neediestFirst(snapshot.clusters()).stream()
                .filter(cluster -> cluster.phase() == ClusterPhase.RUNNING
                        || cluster.phase() == ClusterPhase.HELD
                        || cluster.phase() == ClusterPhase.FAILED)
                .toList();
        int id = shown.stream()
                .mapToInt(cluster -> cluster.cluster().value().length())
                .max()
                .orElse(0);
        for (ClusterStatus cluster : shown.subList(0, Math.min(room, shown.size()))) {
            lines.add("    " + pad(cluster.cluster().value(), id) + "  "
                    + terminal.styled(
                            Phases.style(cluster.phase()), pad(cluster.phase().encode(), 9)) + "  "
                    + what(cluster));
        }
        if (shown.size() > room) {
            lines.add("    and " + (shown.size() - room) + " more");
        }
        return lines;
    }

    private void changes(Snapshot snapshot, Instant now) {
        CampaignStatus campaign = snapshot.campaign();
        if (snapshot.clusters().size() <= FEW) {
            for (ClusterStatus cluster : snapshot.clusters()) {
                String text = cluster.phase().encode() + "  " + what(cluster);
                boolean begun = cluster.phase() != ClusterPhase.PENDING || told.containsKey(cluster.cluster());
                if (begun && !text.equals(told.put(cluster.cluster(), text))) {
                    terminal.line(Times.clock(now) + "  " + cluster.wave() + "  " + cluster.cluster() + "  " + text);
                }
            }
        }
        String text = campaign.phase() + ": " + CampaignView.counts(campaign.phases());
        if (!text.equals(toldCampaign)) {
            toldCampaign = text;
            terminal.line(Times.clock(now) + "  " + campaign.campaign() + "  " + text);
        }
    }

    /** The step and how far it is; for what waits or failed, why. */
    private static String what(ClusterStatus cluster) {
        return switch (cluster.phase()) {
            case RUNNING -> {
                String progress = CampaignView.progress(cluster);
                yield CampaignView.step(cluster.step()) + (progress.isEmpty() ? "" : "  " + progress);
            }
            case HELD, FAILED -> CampaignView.why(cluster);
            case PENDING, SUCCEEDED, SKIPPED, ABORTED -> "";
        };
    }

    private String bar(WaveStatus wave) {
        int total = Math.max(1, wave.clusters());
        int done = 0;
        int bad = 0;
        for (ClusterPhase phase : ClusterPhase.values()) {
            int count = CampaignView.count(wave.phases(), phase);
            switch (phase) {
                case SUCCEEDED, SKIPPED -> done += count;
                case FAILED, ABORTED -> bad += count;
                case PENDING, RUNNING, HELD -> {}
            }
        }
        int full = BAR * done / total;
        int failed = bad == 0 ? 0 : Math.max(1, BAR * bad / total);
        failed = Math.min(failed, BAR - full);
        return terminal.styled(Style.GOOD, "█".repeat(full)) + terminal.styled(Style.BAD, "█".repeat(failed))
                + terminal.styled(Style.DIM, "░".repeat(BAR - full - failed)) + "  " + (done + bad) + "/"
                + wave.clusters();
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }
}
