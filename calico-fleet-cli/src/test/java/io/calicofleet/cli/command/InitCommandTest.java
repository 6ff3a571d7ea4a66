package io.calicofleet.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.calicofleet.cli.ExitCodes;
import io.calicofleet.cli.FakePlanner;
import io.calicofleet.cli.Run;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.CampaignSpec;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.WaveName;
import io.calicofleet.event.WaveSpec;
import io.calicofleet.planner.core.CampaignCreation;
import io.calicofleet.planner.core.ClusterCandidate;
import io.calicofleet.planner.core.document.Reading;
import io.calicofleet.planner.core.spec.CampaignSpecReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class InitCommandTest {

    private static final Instant NOW = Instant.parse("2026-11-29T08:00:00Z");

    private final List<String> announced = new ArrayList<>();
    private final List<ClusterCandidate> fleet = new ArrayList<>();

    @Test
    void the_file_takes_all_to_the_newest_release_for_their_kubernetes_with_one_of_each_kind_first()
            throws IOException {
        cluster("a1", "v3.20.6", "manifest-kdd", "v1.22.3", Map.of());
        cluster("a2", "v3.20.6", "manifest-kdd", "v1.22.9", Map.of());
        cluster("b1", "v3.21.4", "operator", "v1.23.1", Map.of());
        cluster("b2", "v3.21.4", "operator", "v1.23.1", Map.of());

        Run run = init();
        CampaignSpec spec = spec(run.out());

        assertThat(spec.clusters().all()).isTrue();
        assertThat(spec.waves())
                .extracting(WaveSpec::name)
                .containsExactly(WaveName.of("canaries"), WaveName.of("rest"));
        assertThat(spec.waves().getFirst().clusters().names()).containsExactly(ClusterId.of("a1"), ClusterId.of("b1"));
        assertThat(InitCommand.catalogue().release(target(spec)).orElseThrow().last())
                .isEqualTo(spec.target());
        assertThat(problems(spec)).isEmpty();
        assertThat(run.out())
                .contains("manifest-kdd, Calico v3.20.6, Kubernetes v1.22.3: a1", "operator is: The operator")
                .doesNotContain("Left out");
    }

    @Test
    void clusters_whose_label_says_that_they_are_for_trying_go_first() throws IOException {
        cluster("p1", "v3.26.1", "operator", "v1.27.1", Map.of("env", "prod"));
        cluster("p2", "v3.26.1", "operator", "v1.27.1", Map.of("env", "prod"));
        cluster("t1", "v3.26.1", "operator", "v1.27.1", Map.of("env", "test"));

        CampaignSpec spec = spec(init().out());

        assertThat(spec.waves().getFirst().clusters().matchLabels()).isEqualTo(Map.of("env", "test"));
        assertThat(spec.waves().get(1).clusters().names()).containsExactly(ClusterId.of("p1"));
        assertThat(problems(spec)).isEmpty();
    }

    @Test
    void what_cannot_go_is_left_out_with_the_reason() throws IOException {
        cluster("a", "v3.26.1", "manifest-kdd", "v1.27.1", Map.of());
        cluster("gone", "v3.26.1", "manifest-kdd", "v1.27.1", Map.of(), "connection refused");
        cluster("eks", "v3.26.1", "distribution", "v1.27.1", Map.of());
        cluster("empty", null, "none", "v1.27.1", Map.of());

        Run run = init();
        CampaignSpec spec = spec(run.out());

        assertThat(spec.clusters().names()).containsExactly(ClusterId.of("a"));
        assertThat(run.out().replaceAll("\\n# ", " "))
                .contains(
                        "gone: it is not reached: connection refused",
                        "eks: Calico is managed by the Kubernetes",
                        "empty:");
    }

    @Test
    void host_endpoints_that_will_deny_are_told() {
        cluster("a", "v3.13.5", "manifest-kdd", "v1.18.2", Map.of());

        assertThat(init().out()).contains("hostEndpointTraffic: {mode: required", "deny by default");
    }

    @Test
    void a_target_that_nobody_can_go_to_is_exit_code_2_with_the_reason() {
        cluster("a", "v3.26.1", "manifest-kdd", "v1.27.1", Map.of());

        Run run = init("--target", "v3.20.6");

        assertThat(run.exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(run.err()).contains("none of the clusters can be upgraded to v3.20.6", "a: The cluster has v3.26.1");
    }

    @Test
    void a_file_that_is_there_is_not_written_over(@TempDir Path folder) throws IOException {
        cluster("a", "v3.26.1", "manifest-kdd", "v1.27.1", Map.of());
        Path file = folder.resolve("campaign.yaml");

        Run first = init("-f", file.toString());
        String written = Files.readString(file);
        Run second = init("-f", file.toString());

        assertThat(first.exitCode()).isEqualTo(ExitCodes.OK);
        assertThat(first.out()).contains("1 cluster to v3", "plan -f " + file);
        assertThat(second.exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(second.err()).contains("is there already");
        assertThat(file).hasContent(written);
    }

    @Test
    void a_fleet_without_clusters_is_exit_code_2() {
        assertThat(init().exitCode()).isEqualTo(ExitCodes.USAGE);
    }

    @Test
    void the_file_of_any_fleet_is_one_the_planner_accepts() throws IOException {
        for (long seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            announced.clear();
            fleet.clear();
            for (int i = 0; i < 1 + random.nextInt(30); i++) {
                cluster(
                        pick(random, "c", "0c", "on.", "1e") + i,
                        pick(random, "v3.8.2", "v3.20.6", "v3.26.1", "v3.30.0", null),
                        pick(random, "manifest-kdd", "operator", "helm", "distribution", "none", "new-method"),
                        pick(random, "v1.16.3", "v1.22.4", "v1.29.1", "v1.34.0-eks-1", ""),
                        random.nextInt(3) == 0
                                ? Map.of()
                                : Map.of(
                                        pick(random, "env", "a/b", "y"),
                                        pick(random, "test", "prod", "dev", "no", "1.0")),
                        random.nextInt(8) == 0 ? "connection refused" : "");
            }
            Run run = init();
            if (run.exitCode() == ExitCodes.OK) {
                assertThat(problems(spec(run.out())))
                        .as("seed " + seed + "\n" + run.out())
                        .isEmpty();
            } else {
                assertThat(run.err()).as("seed " + seed).contains("none of the clusters can be upgraded");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"upgrade", "approvals", "windows", "restore", "drill"})
    void an_example_is_a_campaign_as_the_planner_reads_it(String kind) throws IOException {
        spec(Run.of("example", kind).out());
    }

    @Test
    void the_example_of_labels_is_a_fleet_as_simulate_reads_it(@TempDir Path folder) throws IOException {
        Path clusters = Files.writeString(
                folder.resolve("clusters.yaml"), Run.of("example", "clusters").out());
        Path campaign = Files.writeString(
                folder.resolve("campaign.yaml"), Run.of("example", "upgrade").out());

        Run run = Run.of("simulate", "-f", campaign.toString(), "--clusters", clusters.toString(), "--runs", "1");

        assertThat(run.out()).contains("3 clusters");
    }

    @Test
    void the_example_of_all_fields_has_each_of_them_and_is_yaml_when_the_hashes_are_taken_away() throws IOException {
        String text = Run.of("example", "all-fields").out();
        String bare = text.substring(text.indexOf("apiVersion")).replaceAll("(?m)^# ", "");

        assertThat(new YAMLMapper().readTree(bare).at("/schedule/windows/0").has("zone"))
                .isTrue();
        CampaignField.file().all().stream()
                .filter(field -> !field.path().isEmpty())
                .forEach(field -> assertThat(text).contains(field.name() + ":"));
    }

    @Test
    void without_a_kind_example_lists_them_and_a_typing_error_is_told_with_the_nearest() {
        assertThat(Run.of("example").out()).contains("windows", "all-fields");
        assertThat(Run.of("example", "window").err()).contains("did you mean windows?");
    }

    private static CalicoVersion target(CampaignSpec spec) {
        CalicoVersion target = spec.target();
        assertThat(target).isNotNull();
        return target;
    }

    private static CampaignSpec spec(String text) throws IOException {
        return switch (CampaignSpecReader.read(new YAMLMapper().readValue(text, Object.class))) {
            case Reading.Read<CampaignSpec> read -> read.value();
            case Reading.Refused<CampaignSpec> refused -> throw new AssertionError(refused.problems() + "\n" + text);
        };
    }

    private List<?> problems(CampaignSpec spec) {
        return CampaignCreation.problems(spec, fleet, InitCommand.catalogue(), "ada", NOW);
    }

    private static String pick(Random random, String... values) {
        return values[random.nextInt(values.length)];
    }

    private void cluster(String id, String calico, String method, String kubernetes, Map<String, String> labels) {
        cluster(id, calico, method, kubernetes, labels, "");
    }

    private void cluster(
            String id, String calico, String method, String kubernetes, Map<String, String> labels, String problem) {
        StringBuilder written = new StringBuilder();
        labels.forEach((key, value) -> written.append("\"%s\":\"%s\"".formatted(key, value)));
        announced.add(
                """
                {"cluster":"%s","calicoVersion":%s,"installMethod":"%s","kubernetesVersion":"%s","labels":{%s},"problem":"%s"}""".formatted(id, calico == null ? null : "\"" + calico + "\"", method, kubernetes, written, problem));
        fleet.add(new ClusterCandidate(
                ClusterId.of(id), labels, problem, calico == null ? null : CalicoVersion.parse(calico)));
    }

    private Run init(String... arguments) {
        try (FakePlanner fresh = new FakePlanner()) {
            fresh.on("GET", "/clusters", 200, "[" + String.join(",", announced) + "]");
            List<String> all = new ArrayList<>(List.of("init", "--server", fresh.url()));
            if (arguments.length == 0 || !List.of(arguments).contains("-f")) {
                all.addAll(List.of("-f", "-"));
            }
            all.addAll(List.of(arguments));
            return Run.of(all.toArray(String[]::new));
        }
    }
}
