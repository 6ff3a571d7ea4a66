package io.calicofleet.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.calicofleet.cli.ExitCodes;
import io.calicofleet.cli.Run;
import io.calicofleet.event.UpgradeSpec;
import io.calicofleet.kafka.EventJson;
import io.calicofleet.planner.core.spec.CampaignDefaults;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class CampaignFieldTest {

    private static final Path FULL = Path.of("../event-contract/src/test/resources/campaign-files/valid/full.yaml");

    private final CampaignField file = CampaignField.file();

    @Test
    void every_field_that_a_full_file_has_is_found_with_what_it_is_for() throws IOException {
        List<String> paths = new ArrayList<>();
        collect("campaign", new YAMLMapper().readTree(FULL.toFile()), paths);

        assertThat(paths)
                .hasSizeGreaterThan(40)
                .allSatisfy(
                        path -> assertThat(file.find(path).meaning()).as(path).isNotBlank());
    }

    @Test
    void every_field_has_a_type_and_a_meaning() {
        assertThat(file.all()).hasSizeGreaterThan(60).allSatisfy(field -> {
            assertThat(field.meaning()).as(field.path()).isNotBlank().doesNotContain("Default:");
            assertThat(field.type()).as(field.path()).isNotBlank();
        });
    }

    @Test
    void a_field_is_explained_without_a_server_with_type_default_and_what_it_takes() {
        Run run = Run.of("explain", "campaign.gates.pods.deadline", "--server", "http://127.0.0.1:1");

        assertThat(run.exitCode()).isEqualTo(ExitCodes.OK);
        assertThat(run.out())
                .containsSubsequence(
                        "gates.pods.deadline  duration",
                        "How long the cluster may be seen without settled pods",
                        "default   PT15M",
                        "allowed   A length of time from one second to 30 days, such as PT15M");
    }

    @Test
    void what_has_fields_shows_them_and_all_that_is_below_when_asked() {
        assertThat(Run.of("explain", "campaign.waves[0]").out())
                .contains("minSucceeded", "as the campaign says")
                .doesNotContain("approval.quorum");
        assertThat(Run.of("explain", "campaign.waves", "--recursive").out()).contains("approval.quorum");
    }

    @Test
    void constants_come_with_what_each_means() {
        assertThat(Run.of("explain", "campaign.onGateFailure").out())
                .containsSubsequence("default   hold", "hold      Leave it as it is", "rollback  Put back");
        assertThat(Run.of("explain", "campaign.owners.accept").out()).contains("values    argo-cd, flux-kustomize");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "campaign.gates.pod   | did you mean campaign.gates.pods?",
                "campaign.gate.pods   | did you mean campaign.gates?",
                "campaign.waves.sok   | did you mean campaign.waves.soak?",
                "campaign.quorum      | there is campaign.waves.approval.quorum",
                "campaign.name.x      | there is nothing below campaign.name",
                "campaign.            | it has apiVersion, kind, name",
            })
    void an_unknown_field_is_exit_code_2_with_the_nearest(String subject, String told) {
        Run run = Run.of("explain", subject);

        assertThat(run.exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(run.err()).contains(told);
    }

    @Test
    void programs_get_it_as_json() throws IOException {
        JsonNode json = EventJson.mapper()
                .readTree(Run.of("explain", "campaign.gates.hostEndpointTraffic", "-o", "json")
                        .out());

        assertThat(json.at("/fields/0/field").asText()).isEqualTo("gates.hostEndpointTraffic.mode");
        assertThat(json.at("/fields/0/values/advisory").asText()).startsWith("The review is reported");
    }

    @Test
    void the_defaults_of_the_schema_are_those_of_the_planner() {
        Map<String, String> told =
                file.all().stream().collect(Collectors.toMap(CampaignField::path, CampaignField::fallback));

        assertThat(told)
                .containsEntry("procedure", CampaignDefaults.PROCEDURE.encode())
                .containsEntry("maxConcurrent", CampaignDefaults.MAX_CONCURRENT.toString())
                .containsEntry("failureBudget.maxFailures", CampaignDefaults.MAX_FAILURES.toString())
                .containsEntry("gates.pods.deadline", CampaignDefaults.PODS_DEADLINE.toString())
                .containsEntry("gates.version.deadline", CampaignDefaults.VERSION_DEADLINE.toString())
                .containsEntry("gates.hostEndpointTraffic.mode", CampaignDefaults.TRAFFIC_MODE.encode())
                .containsEntry("gates.hostEndpointTraffic.observe", CampaignDefaults.TRAFFIC_OBSERVE.toString())
                .containsEntry("gates.hostEndpointTraffic.deadline", CampaignDefaults.TRAFFIC_DEADLINE.toString())
                .containsEntry("schedule.expectedDuration", CampaignDefaults.EXPECTED_DURATION.toString())
                .containsEntry("customisations.onConflict", CampaignDefaults.ON_CONFLICT.encode())
                .containsEntry("customisations.withoutBase", CampaignDefaults.WITHOUT_BASE.encode())
                .containsEntry("waves[].minSucceeded", CampaignDefaults.MIN_SUCCEEDED.toString())
                .containsEntry("waves[].soak", CampaignDefaults.SOAK.toString())
                .containsEntry("drill.steps", String.valueOf(CampaignDefaults.DRILL_STEPS))
                .containsEntry(
                        "onGateFailure", UpgradeSpec.DEFAULT.onGateFailure().encode())
                .containsEntry(
                        "hostEndpoints.deadline",
                        UpgradeSpec.DEFAULT.migrationDeadline().toString())
                .containsEntry(
                        "applicationLayerPolicy.maxConcurrent",
                        UpgradeSpec.DEFAULT.maxConcurrentRestarts().toString())
                .containsEntry(
                        "applicationLayerPolicy.deadline",
                        UpgradeSpec.DEFAULT.restartDeadline().toString())
                .containsEntry(
                        "kubernetes.untested",
                        UpgradeSpec.DEFAULT.untestedKubernetes().encode());
    }

    private static void collect(String path, JsonNode node, List<String> paths) {
        node.properties().forEach(entry -> {
            String name = path + "." + entry.getKey();
            paths.add(name);
            JsonNode value = entry.getValue();
            if (!entry.getKey().equals("matchLabels")) {
                collect(name, value.isArray() ? value.path(0) : value, paths);
            }
        });
    }
}
