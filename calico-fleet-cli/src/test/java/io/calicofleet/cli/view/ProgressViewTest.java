package io.calicofleet.cli.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.cli.Samples;
import io.calicofleet.cli.output.Terminal;
import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.ClusterPhase;
import io.calicofleet.event.HoldReason;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ProgressViewTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final Terminal terminal = new Terminal(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            Map.of());

    private final Snapshot running = new Snapshot(
            Samples.campaign(CampaignPhase.RUNNING, Map.of("running", 1, "held", 1, "succeeded", 1)),
            List.of(
                    Samples.cluster("c01", ClusterPhase.RUNNING, null, "upgrading"),
                    Samples.cluster("c02", ClusterPhase.HELD, HoldReason.TRAFFIC_REVIEW, "review the traffic"),
                    Samples.cluster("c03", ClusterPhase.SUCCEEDED, null, "")));

    @Test
    void draws_a_bar_per_wave_and_a_line_per_cluster_that_is_not_done_those_that_need_somebody_first() {
        assertThat(new ProgressView(terminal).drawing(running, Samples.START.plusSeconds(75)))
                .containsExactly(
                        "calico-3-22  upgrade to v3.22.5  running  1m15s",
                        "  canary  ████████░░░░░░░░░░░░░░░░  1/3  1 running, 1 held, 1 succeeded",
                        "    c02  held       review the traffic",
                        "    c01  running    upgrade  3/10 nodes");
    }

    @Test
    void prints_a_line_for_each_change_where_no_terminal_is() {
        ProgressView view = new ProgressView(terminal);

        view.show(running, Samples.START);
        view.show(running, Samples.START.plusSeconds(1));

        assertThat(out.toString(StandardCharsets.UTF_8).lines())
                .hasSize(4)
                .anySatisfy(line -> assertThat(line).endsWith("canary  c01  running  upgrade  3/10 nodes"))
                .anySatisfy(line -> assertThat(line).endsWith("running: 1 running, 1 held, 1 succeeded"));
    }

    @Test
    void a_campaign_without_anything_under_way_but_something_held_seems_to_wait() {
        assertThat(running.seemsToWait()).isFalse();
        assertThat(new Snapshot(Samples.campaign(CampaignPhase.RUNNING, Map.of("held", 1, "pending", 2)), List.of())
                        .seemsToWait())
                .isTrue();
    }

    @Test
    void a_held_campaign_whose_cluster_went_on_between_the_two_answers_has_not_ended() {
        // Given
        var held = Samples.campaign(CampaignPhase.HELD, Map.of("held", 1, "pending", 2));
        var waits = Samples.cluster("c02", ClusterPhase.HELD, HoldReason.TRAFFIC_REVIEW, "review the traffic");
        var runs = Samples.cluster("c02", ClusterPhase.RUNNING, null, "approved");
        var isDone = Samples.cluster("c02", ClusterPhase.SUCCEEDED, null, "");
        // Then
        assertThat(new Snapshot(held, List.of(waits)).ended()).isTrue();
        assertThat(new Snapshot(held, List.of(runs)).ended()).isFalse();
        assertThat(new Snapshot(held, List.of(isDone)).ended()).isFalse();
    }
}
