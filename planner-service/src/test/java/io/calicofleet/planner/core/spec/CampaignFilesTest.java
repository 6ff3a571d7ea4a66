package io.calicofleet.planner.core.spec;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.calicofleet.event.AppliedBy;
import io.calicofleet.event.CampaignSpec;
import io.calicofleet.event.CanaryNodes;
import io.calicofleet.event.ContinuitySpec;
import io.calicofleet.event.GatesSpec;
import io.calicofleet.event.Topic;
import io.calicofleet.event.Unreachable;
import io.calicofleet.event.UpgradeSpec;
import io.calicofleet.event.WaveSpec;
import io.calicofleet.planner.core.document.Reading;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The reader takes and refuses what {@code campaign.schema.json} does, and fills in the defaults written there. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class CampaignFilesTest {

    private static final Path FILES = Path.of("../event-contract/src/test/resources/campaign-files");

    @TestFactory
    Stream<DynamicTest> takes() throws IOException {
        return files("valid").stream()
                .map(file -> DynamicTest.dynamicTest(
                        file.getFileName().toString(),
                        () -> assertThat(read(file)).isInstanceOf(Reading.Read.class)));
    }

    @TestFactory
    Stream<DynamicTest> refuses() throws IOException {
        return files("invalid").stream()
                .map(file -> DynamicTest.dynamicTest(
                        file.getFileName().toString(),
                        () -> assertThat(read(file)).isInstanceOf(Reading.Refused.class)));
    }

    @Test
    void fills_in_the_defaults_of_the_schema() throws IOException {
        // Given
        JsonNode schema;
        try (InputStream stream = Topic.class.getResourceAsStream("/schemas/campaign.schema.json")) {
            schema = new ObjectMapper().readTree(stream);
        }
        // When
        CampaignSpec spec = spec(FILES.resolve("valid/minimal.yaml"));
        CampaignSpec drill = spec(FILES.resolve("valid/drill.yaml"));
        // Then
        GatesSpec gates = spec.gates();
        WaveSpec wave = spec.waves().getFirst();
        UpgradeSpec upgrade = spec.upgradeOrDefault();
        Map<String, Object> defaults = Map.ofEntries(
                Map.entry("/properties/procedure", spec.procedure()),
                Map.entry("/properties/maxConcurrent", spec.maxConcurrent()),
                Map.entry(
                        "/properties/failureBudget/properties/maxFailures",
                        spec.failureBudget().maxFailures()),
                Map.entry("/properties/unreachable", Unreachable.FAIL),
                Map.entry("/properties/apply", upgrade.appliedByOthers() ? AppliedBy.EXTERNAL : AppliedBy.EXECUTOR),
                Map.entry(
                        "/properties/failureBudget/properties/sameFailure/properties/clusters",
                        CampaignDefaults.SAME_FAILURE.clusters()),
                Map.entry(
                        "/properties/failureBudget/properties/sameFailure/properties/within",
                        CampaignDefaults.SAME_FAILURE.within()),
                Map.entry(
                        "/properties/gates/properties/pods/properties/deadline",
                        gates.pods().deadline()),
                Map.entry(
                        "/properties/gates/properties/version/properties/deadline",
                        gates.version().deadline()),
                Map.entry(
                        "/properties/gates/properties/hostEndpointTraffic/properties/mode",
                        gates.hostEndpointTraffic().mode()),
                Map.entry(
                        "/properties/gates/properties/hostEndpointTraffic/properties/observe",
                        gates.hostEndpointTraffic().observe()),
                Map.entry(
                        "/properties/gates/properties/hostEndpointTraffic/properties/deadline",
                        gates.hostEndpointTraffic().deadline()),
                Map.entry("/properties/customisations/properties/onConflict", spec.onConflict()),
                Map.entry("/properties/customisations/properties/withoutBase", upgrade.withoutBase()),
                Map.entry("/properties/schedule/properties/expectedDuration", CampaignDefaults.EXPECTED_DURATION),
                Map.entry("/properties/canaryNodes/properties/deadline", CanaryNodes.DEADLINE),
                Map.entry("/properties/continuity/properties/image", ContinuitySpec.DEFAULT.image()),
                Map.entry("/properties/continuity/properties/maxGap", ContinuitySpec.DEFAULT.maxGap()),
                Map.entry("/properties/continuity/properties/maxLossPercent", ContinuitySpec.DEFAULT.maxLossPercent()),
                Map.entry("/properties/continuity/properties/baseline", ContinuitySpec.DEFAULT.baseline()),
                Map.entry("/properties/continuity/properties/required", ContinuitySpec.DEFAULT.required()),
                Map.entry("/properties/continuity/properties/hostPaths", ContinuitySpec.DEFAULT.hosts()),
                Map.entry("/properties/continuity/properties/hostPort", ContinuitySpec.HOST_PORT),
                Map.entry("/properties/continuity/properties/maxBreaks", ContinuitySpec.DEFAULT.maxBreaks()),
                Map.entry("/properties/continuity/properties/namespace", ContinuitySpec.NAMESPACE),
                Map.entry("/properties/continuity/properties/tolerations/items/properties/operator", "Equal"),
                Map.entry("/properties/drill/properties/steps", CampaignDefaults.DRILL_STEPS),
                Map.entry("/properties/onGateFailure", upgrade.onGateFailure()),
                Map.entry("/properties/hostEndpoints/properties/migrateToAutomatic", upgrade.migrateToAutomatic()),
                Map.entry("/properties/hostEndpoints/properties/acceptPolicies", upgrade.acceptPolicies()),
                Map.entry("/properties/hostEndpoints/properties/deadline", upgrade.migrationDeadline()),
                Map.entry(
                        "/properties/applicationLayerPolicy/properties/maxConcurrent", upgrade.maxConcurrentRestarts()),
                Map.entry("/properties/applicationLayerPolicy/properties/deadline", upgrade.restartDeadline()),
                Map.entry("/properties/kubernetes/properties/untested", upgrade.untestedKubernetes()),
                Map.entry("/$defs/wave/properties/minSucceeded", wave.minSucceeded()),
                Map.entry("/$defs/wave/properties/soak", wave.soak()),
                Map.entry("/$defs/wave/properties/approval", wave.approval()));
        defaults.forEach((pointer, value) ->
                assertThat(schema.at(pointer + "/default").asText()).as(pointer).isEqualTo(value.toString()));
        assertThat(schema.findValues("default")).hasSameSizeAs(defaults.keySet());
        assertThat(drill.drillSteps()).isEqualTo(6);
    }

    private static CampaignSpec spec(Path file) throws IOException {
        return switch (read(file)) {
            case Reading.Read<CampaignSpec> read -> read.value();
            case Reading.Refused<CampaignSpec> refused -> throw new AssertionError(refused.toString());
        };
    }

    private static Reading<CampaignSpec> read(Path file) throws IOException {
        return CampaignSpecReader.read(new YAMLMapper().readValue(file.toFile(), Object.class));
    }

    private static List<Path> files(String folder) throws IOException {
        try (Stream<Path> files = Files.list(FILES.resolve(folder))) {
            return files.sorted().toList();
        }
    }
}
