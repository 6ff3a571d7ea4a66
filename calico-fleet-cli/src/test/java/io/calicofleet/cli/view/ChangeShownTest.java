package io.calicofleet.cli.view;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.cli.FakePlanner;
import io.calicofleet.cli.Run;
import io.calicofleet.cli.Samples;
import io.calicofleet.cli.output.Terminal;
import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.CampaignStatus;
import io.calicofleet.kafka.EventJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** What a campaign changes stands wherever the release of an upgrade does. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ChangeShownTest {

    private static final String CHANGE = "felixConfiguration: bpfLogLevel removed, logSeverityScreen=Warning";

    private final FakePlanner planner = new FakePlanner();

    @AfterEach
    void closePlanner() {
        planner.close();
    }

    @Test
    void in_the_list_and_the_detail_of_campaigns() throws IOException {
        ObjectNode campaign = campaign();
        planner.on("GET", "/campaigns", 200, "[" + campaign + "]");

        assertThat(Run.of("get", "campaigns", "--server", planner.url()).out())
                .contains(CHANGE)
                .doesNotContain("null");
        assertThat(CampaignView.goal(EventJson.mapper().treeToValue(campaign, CampaignStatus.class)))
                .isEqualTo("change " + CHANGE);
    }

    @Test
    void in_a_plan() throws IOException {
        ObjectNode plan =
                EventJson.mapper().createObjectNode().put("plan", "p1").put("digest", "d1");
        plan.set("status", campaign());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);

        new PlanView(new Terminal(print, print, Map.of()), CommandLines.here("http://planner"))
                .whole(plan, List.of(), null);

        assertThat(out.toString(StandardCharsets.UTF_8)).startsWith("p1  change " + CHANGE + ", 0 clusters");
    }

    private static ObjectNode campaign() throws IOException {
        ObjectNode campaign = (ObjectNode) EventJson.mapper()
                .readTree(Samples.json(Samples.campaign(CampaignPhase.RUNNING, Map.of("running", 3))));
        ObjectNode spec = (ObjectNode) campaign.path("spec");
        spec.remove("target");
        ((ObjectNode) spec.path("upgrade")).set("change", EventJson.mapper().readTree("""
                {"felixConfiguration": [{"field": "bpfLogLevel"}, {"field": "logSeverityScreen", "value": "\\"Warning\\""}]}"""));
        return campaign;
    }
}
