package io.calicofleet.cli.view;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.cli.Samples;
import io.calicofleet.cli.output.Terminal;
import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.ClusterPhase;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.event.HoldReason;
import io.calicofleet.kafka.EventJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class PlanViewTest {

    @Test
    void a_plan_by_which_no_cluster_goes_on_is_not_offered() throws IOException {
        ClusterStatus refused =
                Samples.cluster("c1", ClusterPhase.FAILED, HoldReason.PREFLIGHT_OBJECTIONS, "c1 failed: no.");
        ClusterStatus held =
                Samples.cluster("c2", ClusterPhase.HELD, HoldReason.CUSTOMISATION_CONFLICTS, "c2 is held.");

        assertThat(shown(List.of(refused)))
                .endsWith("Nothing would be done: put right what is named, and plan again.\n")
                .doesNotContain("--plan d1");
        assertThat(shown(List.of(refused, held))).contains("--plan d1");
    }

    private static String shown(List<ClusterStatus> clusters) throws IOException {
        ObjectNode plan =
                EventJson.mapper().createObjectNode().put("plan", "p1").put("digest", "d1");
        plan.set(
                "status",
                EventJson.mapper()
                        .readTree(Samples.json(Samples.campaign(CampaignPhase.RUNNING, Map.of("failed", 1)))));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
        new PlanView(new Terminal(print, print, Map.of()), CommandLines.here("http://planner"))
                .whole(plan, clusters, null);
        return out.toString(StandardCharsets.UTF_8);
    }
}
