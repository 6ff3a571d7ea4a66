package io.calicofleet.planner.core.spec;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.calicofleet.event.CampaignSpec;
import io.calicofleet.event.CanaryNodes;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ContinuitySpec;
import io.calicofleet.event.GateKind;
import io.calicofleet.event.GateRequirement;
import io.calicofleet.event.GatesSpec;
import io.calicofleet.event.HostPaths;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.Procedure;
import io.calicofleet.event.Quantity;
import io.calicofleet.event.ScheduleSpec;
import io.calicofleet.event.Toleration;
import io.calicofleet.event.TrafficMode;
import io.calicofleet.event.WaveClusters;
import io.calicofleet.event.Weekday;
import io.calicofleet.planner.core.document.Problem;
import io.calicofleet.planner.core.document.Reading;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class CampaignSpecReaderTest {

    private static final String SMALLEST = """
            apiVersion: calico-fleet/v1
            kind: Campaign
            name: calico-3-22
            target: v3.22.5
            clusters: {all: true}
            """;

    private static Reading<CampaignSpec> read(String yaml) {
        try {
            return CampaignSpecReader.read(new ObjectMapper(new YAMLFactory()).readValue(yaml, Object.class));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static CampaignSpec spec(String yaml) {
        return switch (read(yaml)) {
            case Reading.Read<CampaignSpec> read -> read.value();
            case Reading.Refused<CampaignSpec> refused -> throw new AssertionError(refused.problems());
        };
    }

    private static List<Problem> problems(String yaml) {
        return switch (read(yaml)) {
            case Reading.Read<CampaignSpec> read -> List.of();
            case Reading.Refused<CampaignSpec> refused -> refused.problems();
        };
    }

    @Test
    void a_schedule_is_read_with_every_day_and_an_hour_where_nothing_is_said() {
        ScheduleSpec schedule = spec(SMALLEST + """
                schedule:
                  startAt: 2026-12-01T22:00:00+01:00
                  windows:
                    - {from: 22:00, to: 04:00, zone: Europe/Berlin}
                    - {matchLabels: {region: us}, days: [sat, sun], from: 00:00, to: 24:00, zone: America/New_York}
                  freezes:
                    - {from: 2026-12-20T00:00:00Z, to: 2027-01-07T00:00:00Z, reason: end of year}
                """).schedule();
        assertThat(schedule.startAt()).isEqualTo("2026-12-01T21:00:00Z");
        assertThat(schedule.expectedDuration()).isEqualTo(Duration.ofHours(1));
        assertThat(schedule.windows().getFirst().days()).containsExactly(Weekday.values());
        assertThat(schedule.windows().getLast().days()).containsExactly(Weekday.SAT, Weekday.SUN);
        assertThat(schedule.freezes())
                .singleElement()
                .satisfies(freeze -> assertThat(freeze.reason()).isEqualTo("end of year"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
                    by: [] | waves[0].approval.by: names nobody
                    quorum: 0 | waves[0].approval.quorum: '0' is out of range
                    by: [ada], quorum: 2 | waves[0].approval.quorum: is more than there are names in 'by'
                    when: later | 'later' is not known here
                    when: after | waves[0].approval.when: nothing comes after the last wave
                    validFor: PT0S | leaves no time
                    who: [ada] | waves[0].approval.who: is no field of this
                    """)
    void an_approval_nobody_could_give_is_a_problem_of_the_file(String field, String said) {
        assertThat(problems(SMALLEST + "waves: [{name: all, approval: {" + field + "}}]"))
                .singleElement()
                .asString()
                .contains(said);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
                    windows: [{from: 22:00, to: 22:00, zone: UTC}] | schedule.windows[0].to: is the same as 'from'
                    windows: [{from: 24:00, to: 01:00, zone: UTC}] | schedule.windows[0].from: 24:00 is the end of a day
                    windows: [{from: 25:00, to: 01:00, zone: UTC}] | schedule.windows[0].from: '25:00' is no time of day
                    windows: [{from: 22:00, to: 01:00}] | schedule.windows[0].zone: is missing
                    windows: [{from: 22:00, to: 01:00, zone: Europe/Berln}] | Did you mean 'Europe/Berlin'?
                    windows: [{days: [], from: 22:00, to: 01:00, zone: UTC}] | names no day, so the window never opens
                    windows: [{days: [sunday], from: 22:00, to: 01:00, zone: UTC}] | 'sunday' is not known here
                    windows: [] | schedule.windows: has no window
                    startAt: 2026-12-01T22:00:00 | is no date and time with an offset
                    startAt: tomorrow | is no date and time with an offset
                    freezes: [{from: 2027-01-07T00:00:00Z, to: 2026-12-20T00:00:00Z, reason: x}] | is not after 'from'
                    freezes: [{from: 2026-12-20T00:00:00Z, to: 2027-01-07T00:00:00Z}] | schedule.freezes[0].reason: is missing
                    expectedDuration: PT0S | is not what an upgrade takes
                    expectedDuration: P8D | is not what an upgrade takes
                    window: [] | Did you mean 'windows'?
                    """)
    void a_schedule_that_means_nothing_is_a_problem_of_the_file(String field, String said) {
        assertThat(problems(SMALLEST + "schedule: {" + field + "}"))
                .singleElement()
                .asString()
                .contains(said);
    }

    @ParameterizedTest
    @CsvSource({
        "9/2, asks for more ready containers than there are",
        "0/2, would pass pods of which nothing is ready",
        "0/0, would pass pods of which nothing is ready",
        "1, is no count of ready containers",
        "99999999999/2, is no count of ready containers"
    })
    void a_count_of_ready_containers_that_no_pod_could_have_is_a_problem_of_the_file(String ready, String said) {
        assertThat(problems(SMALLEST + "gates: {pods: {expectedReady: \"" + ready + "\"}}"))
                .singleElement()
                .asString()
                .contains("gates.pods.expectedReady", said);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gates: {pods: {deadline: %s}}",
                "gates: {version: {deadline: %s}}",
                "gates: {hostEndpointTraffic: {deadline: %s}}",
                "gates: {limit: %s}",
                "hostEndpoints: {migrateToAutomatic: true, deadline: %s}",
                "applicationLayerPolicy: {deadline: %s}"
            })
    void a_deadline_is_from_a_second_to_thirty_days(String field) {
        assertThat(List.of("PT1S", "P30D", "PT720H"))
                .allSatisfy(time ->
                        assertThat(problems(SMALLEST + field.formatted(time))).isEmpty());
        assertThat(List.of("PT0S", "PT0.999S", "P30DT0.001S", "P9999999D", "PT2540400000000000H"))
                .allSatisfy(time -> assertThat(problems(SMALLEST + field.formatted(time)))
                        .singleElement()
                        .satisfies(problem -> assertThat(problem.allowed()).contains("from PT1S to P30D")));
    }

    @Test
    void listening_and_soaking_have_an_end() {
        assertThat(problems(SMALLEST + "gates: {hostEndpointTraffic: {observe: PT0S}}"))
                .isEmpty();
        assertThat(problems(SMALLEST + "gates: {hostEndpointTraffic: {observe: P31D}}"))
                .hasSize(1);
        assertThat(problems(SMALLEST + "waves: [{name: all, soak: P366D}]")).hasSize(1);
    }

    @Test
    void the_gates_of_a_step_have_a_limit_that_leaves_room_for_them() {
        GatesSpec usual = spec(SMALLEST).gates();
        GatesSpec own = spec(SMALLEST + "gates: {limit: PT6H}").gates();
        List<GateRequirement> gates = List.of(GateRequirement.of(GateKind.PODS, Duration.ofMinutes(15)));
        List<GateRequirement> slow = List.of(GateRequirement.of(GateKind.PODS, Duration.ofDays(30)));

        assertThat(CampaignDefaults.limit(usual, gates)).isEqualTo(Duration.ofDays(7));
        assertThat(CampaignDefaults.limit(usual, slow)).isEqualTo(Duration.ofDays(60));
        assertThat(CampaignDefaults.limit(own, slow)).isEqualTo(Duration.ofHours(6));
        assertThat(CampaignDefaults.limit(own, List.of())).isNull();
    }

    @Test
    void reads_every_field_of_the_file() {
        CampaignSpec spec = spec("""
                apiVersion: calico-fleet/v1
                kind: Campaign
                name: calico-3-22
                target: v3.22.5
                clusters: {matchLabels: {env: prod}}
                waves:
                  - {name: canary, clusters: {names: [a]}, maxConcurrent: 1, minSucceeded: 1, soak: PT1H}
                  - {name: some, clusters: {percent: 10}, maxConcurrent: 50%}
                  - {name: few, clusters: {count: 3}}
                  - {name: labelled, clusters: {matchLabels: {tier: low}}}
                  - {name: rest, approval: true}
                maxConcurrent: 25%
                failureBudget: {maxFailures: 5%}
                gates:
                  pods: {deadline: PT20M, expectedReady: 1/2}
                  version: {deadline: PT6M}
                  hostEndpointTraffic: {mode: advisory, observe: PT45M, deadline: PT1M}
                customisations: {onConflict: take-new}
                """);

        assertThat(spec.procedure()).isEqualTo(Procedure.UPGRADE);
        assertThat(spec.clusters().matchLabels()).isEqualTo(Map.of("env", "prod"));
        assertThat(spec.waves()).hasSize(5);
        assertThat(spec.waves().get(0).clusters().names()).containsExactly(ClusterId.of("a"));
        assertThat(spec.waves().get(0).minSucceeded()).isEqualTo(Quantity.of(1));
        assertThat(spec.waves().get(0).soak()).isEqualTo(Duration.ofHours(1));
        assertThat(spec.waves().get(1).maxConcurrent()).isEqualTo(new Quantity(50, true));
        assertThat(spec.waves().get(1).clusters().percent()).isEqualTo(10);
        assertThat(spec.waves().get(2).clusters().count()).isEqualTo(3);
        assertThat(spec.waves().get(4).approval()).isTrue();
        assertThat(spec.failureBudget().maxFailures()).isEqualTo(new Quantity(5, true));
        assertThat(spec.gates().pods().expectedReady()).isEqualTo("1/2");
        assertThat(spec.gates().version().deadline()).isEqualTo(Duration.ofMinutes(6));
        assertThat(spec.gates().hostEndpointTraffic().mode()).isEqualTo(TrafficMode.ADVISORY);
        assertThat(spec.onConflict()).isEqualTo(OnConflict.TAKE_NEW);
    }

    @Test
    void fills_in_every_default() {
        CampaignSpec spec = spec(SMALLEST);

        assertThat(spec.procedure()).isEqualTo(CampaignDefaults.PROCEDURE);
        assertThat(spec.waves()).isEqualTo(CampaignDefaults.WAVES);
        assertThat(spec.waves().getFirst().clusters()).isEqualTo(WaveClusters.REST);
        assertThat(spec.maxConcurrent()).isEqualTo(CampaignDefaults.MAX_CONCURRENT);
        assertThat(spec.failureBudget().maxFailures()).isEqualTo(CampaignDefaults.MAX_FAILURES);
        assertThat(spec.gates()).isEqualTo(CampaignDefaults.GATES);
        assertThat(spec.onConflict()).isEqualTo(CampaignDefaults.ON_CONFLICT);
        assertThat(spec.drillSteps()).isZero();
    }

    @Test
    void a_field_without_a_value_counts_as_absent() {
        assertThat(spec(SMALLEST + "waves:\nmaxConcurrent:\n")).isEqualTo(spec(SMALLEST));
    }

    @Test
    void reads_a_drill_and_a_restore() {
        String drill = SMALLEST.replace("target: v3.22.5", "procedure: drill\ndrill: {steps: 6}");
        assertThat(spec(drill).drillSteps()).isEqualTo(6);
        assertThat(spec(SMALLEST.replace("target: v3.22.5", "procedure: drill")).drillSteps())
                .isEqualTo(CampaignDefaults.DRILL_STEPS);
        assertThat(spec(SMALLEST.replace("target: v3.22.5", "procedure: restore"))
                        .target())
                .isNull();
    }

    @Test
    void finds_everything_that_is_wrong_at_once() {
        List<Problem> problems = problems("""
                apiVersion: calico-fleet/v2
                kind: Campaign
                name: Calico 3.22
                target: "3.22"
                clusters: {names: [a, a, B], all: true}
                wave: []
                waves:
                  - {clusters: {count: 0, percent: 10}}
                  - {name: rest, soak: an hour}
                  - {name: rest, maxConcurent: 3}
                maxConcurrent: 0
                failureBudget: {maxFailures: many}
                gates:
                  pod: {deadline: PT15M}
                  version: {deadline: PT0S}
                  hostEndpointTraffic: {mode: requierd}
                customisations: hold
                drill: {steps: 3}
                """);

        assertThat(problems)
                .extracting(Problem::field)
                .containsExactlyInAnyOrder(
                        "apiVersion",
                        "name",
                        "target",
                        "clusters",
                        "clusters.names",
                        "clusters.names[2]",
                        "wave",
                        "waves[0].name",
                        "waves[0].clusters",
                        "waves[0].clusters.count",
                        "waves[1].soak",
                        "waves[2].name",
                        "waves[2].maxConcurent",
                        "maxConcurrent",
                        "failureBudget.maxFailures",
                        "gates.pod",
                        "gates.version.deadline",
                        "gates.hostEndpointTraffic.mode",
                        "customisations",
                        "drill");
    }

    @ParameterizedTest
    @CsvSource({
        "maxConcurent: 3, maxConcurent, maxConcurrent",
        "wave: [], wave, waves",
        "failurebudget: {}, failurebudget, failureBudget",
        "gates: {pod: {}}, gates.pod, pods",
        "customisations: {onConflict: keepmine}, customisations.onConflict, keep-mine",
        "procedure: upgarde, procedure, upgrade",
        "owners: {accept: [argocd]}, owners.accept[0], argo-cd",
        "owners: {accept: [flux-kustomise]}, owners.accept[0], flux-kustomize"
    })
    void suggests_what_was_probably_meant(String yaml, String field, String suggestion) {
        assertThat(problems(SMALLEST + yaml + "\n"))
                .anyMatch(problem ->
                        problem.field().equals(field) && problem.suggestion().equals(suggestion));
    }

    @Test
    void what_others_apply_cannot_be_rolled_back() {
        assertThat(spec(SMALLEST + "apply: external\n").upgradeOrDefault().appliedByOthers())
                .isTrue();
        assertThat(spec(SMALLEST + "apply: executor\n")).isEqualTo(spec(SMALLEST));
        assertThat(problems(SMALLEST + "apply: external\nonGateFailure: rollback\n"))
                .singleElement()
                .asString()
                .contains("onGateFailure", "only they can take back");
        assertThat(problems(SMALLEST + "apply: others\n"))
                .singleElement()
                .asString()
                .contains("executor", "external");
    }

    @Test
    void canary_nodes_are_chosen_in_one_way_and_only_where_the_executor_applies() {
        assertThat(spec(SMALLEST).upgradeOrDefault().canaryNodes()).isNull();
        assertThat(spec(SMALLEST + "canaryNodes: {matchLabels: {pool: canary}}\n")
                        .upgradeOrDefault()
                        .canaryNodes())
                .isEqualTo(new CanaryNodes(List.of(), Map.of("pool", "canary"), null, CanaryNodes.DEADLINE));
        assertThat(problems(SMALLEST + "canaryNodes: {count: 1, names: [a]}\n"))
                .singleElement()
                .asString()
                .contains("canaryNodes", "names and count exclude each other");
        assertThat(problems(SMALLEST + "canaryNodes: {deadline: PT1M}\n"))
                .singleElement()
                .asString()
                .contains("canaryNodes", "says nothing");
        assertThat(problems(SMALLEST + "canaryNodes: {count: 0}\n"))
                .singleElement()
                .asString()
                .contains("count");
        assertThat(problems(SMALLEST + "canaryNodes: {count: 1}\napply: external\n"))
                .singleElement()
                .asString()
                .contains("canaryNodes", "they roll out");
    }

    @Test
    void continuity_is_off_unless_asked_for_and_says_within_which_bounds_its_settings_are() {
        assertThat(spec(SMALLEST).upgradeOrDefault().continuity()).isNull();
        assertThat(spec(SMALLEST + "continuity: {}\n").upgradeOrDefault().continuity())
                .isEqualTo(ContinuitySpec.DEFAULT);
        assertThat(spec(SMALLEST + "continuity: {image: reg.example/box:1, maxGap: PT10M, maxLossPercent: 0,"
                                + " baseline: PT1S, required: false}\n")
                        .upgradeOrDefault()
                        .continuity())
                .isEqualTo(new ContinuitySpec(
                        "reg.example/box:1", Duration.ofMinutes(10), 0, Duration.ofSeconds(1), false));
        assertThat(problems(SMALLEST + "continuity: {maxGap: PT0.5S, baseline: PT2H, maxLossPercent: 101,"
                        + " image: 'a b'}\n"))
                .satisfiesExactlyInAnyOrder(
                        gap -> assertThat(gap.toString()).contains("maxGap", "PT0.5S", "from PT1S to PT10M"),
                        baseline -> assertThat(baseline.toString()).contains("baseline", "PT2H", "from PT1S to PT1H"),
                        loss -> assertThat(loss.toString()).contains("maxLossPercent", "100"),
                        image -> assertThat(image.toString()).contains("image", "names no image"));
        assertThat(spec(SMALLEST
                                + "continuity: {namespace: probers, tolerations: [{operator: Exists, effect: NoExecute},"
                                + " {key: a, value: b}]}\n")
                        .upgradeOrDefault()
                        .continuity())
                .isNotNull()
                .satisfies(asked -> {
                    assertThat(asked.proberNamespace()).isEqualTo("probers");
                    assertThat(asked.tolerations())
                            .containsExactly(
                                    new Toleration(null, "Exists", null, "NoExecute"),
                                    new Toleration("a", null, "b", null));
                });
        assertThat(problems(SMALLEST
                        + "continuity: {namespace: My_Own, tolerations: [{operator: Exist}, {effect: NoExecute},"
                        + " {key: a, operator: Exists, value: b}]}\n"))
                .extracting(Object::toString)
                .satisfiesExactlyInAnyOrder(
                        namespace -> assertThat(namespace).contains("continuity.namespace", "My_Own"),
                        operator -> assertThat(operator).contains("tolerations[0].operator", "Exists"),
                        none -> assertThat(none).contains("tolerations[0].key", "is needed"),
                        key -> assertThat(key).contains("tolerations[1].key", "is needed"),
                        value -> assertThat(value).contains("tolerations[2].value", "no meaning"));
        assertThat(spec(SMALLEST + "continuity: {hostPaths: required, hostPort: 9443, maxBreaks: 3}\n")
                        .upgradeOrDefault()
                        .continuity())
                .isNotNull()
                .extracting(ContinuitySpec::hostPaths, ContinuitySpec::hostPort, ContinuitySpec::maxBreaks)
                .containsExactly(HostPaths.REQUIRED, 9443, 3);
        assertThat(problems(SMALLEST + "continuity: {hostPaths: require, hostPort: 80, maxBreaks: -1}\n"))
                .extracting(Object::toString)
                .satisfiesExactlyInAnyOrder(
                        paths -> assertThat(paths).contains("continuity.hostPaths", "where-possible, required, off"),
                        port -> assertThat(port).contains("continuity.hostPort", "1024"),
                        breaks -> assertThat(breaks).contains("continuity.maxBreaks"));
        assertThat(problems(SMALLEST + "continuity: {hostPort: 6443}\n"))
                .singleElement()
                .asString()
                .contains("continuity.hostPort", "6443 is a failsafe port of Calico");
        assertThat(problems(SMALLEST + "continuity: {hostPort: 9099}\n"))
                .singleElement()
                .asString()
                .contains("continuity.hostPort", "listens on on each node");
        assertThat(problems(SMALLEST + "continuity: {maxgap: PT1S}\n"))
                .singleElement()
                .asString()
                .contains("maxGap");
    }

    @Test
    void an_owner_that_cannot_be_accepted_or_stands_there_twice_is_a_problem() {
        assertThat(problems(SMALLEST + "owners: {accept: [argo-cd, aks, argo-cd]}\n"))
                .extracting(Problem::field)
                .containsExactly("owners.accept[1]", "owners.accept[2]");
    }

    @Test
    void says_what_is_missing_and_what_is_allowed() {
        assertThat(problems("{}"))
                .extracting(Problem::field)
                .containsExactly("apiVersion", "kind", "name", "target", "clusters");
        assertThat(problems(SMALLEST + "maxConcurrent: -1\n").getFirst().toString())
                .isEqualTo("maxConcurrent: '-1' is no quantity: write a number such as 3, or a share such as 25%"
                        + " Allowed: a number such as 3, or a share such as 25%.");
    }

    @Test
    void what_is_no_object_is_a_problem_and_no_exception() {
        assertThat(problems("[1, 2]")).isNotEmpty();
        assertThat(problems("just text")).isNotEmpty();
        assertThat(CampaignSpecReader.read(null)).isInstanceOf(Reading.Refused.class);
        assertThat(problems(SMALLEST + "waves: [text, 3]\ngates: {pods: [1]}\n"))
                .hasSizeGreaterThanOrEqualTo(3);
    }

    @Test
    void only_an_upgrade_has_a_target() {
        assertThat(problems(SMALLEST + "procedure: restore\n"))
                .extracting(Problem::field)
                .containsExactly("target");
    }

    @Test
    void settings_of_a_migration_that_is_not_asked_for_are_a_problem() {
        assertThat(problems(SMALLEST + "hostEndpoints: {acceptPolicies: true, deadline: PT2H}\n"))
                .extracting(Problem::field)
                .containsExactly("hostEndpoints.acceptPolicies", "hostEndpoints.deadline");
        assertThat(problems(SMALLEST + "hostEndpoints: {migrateToAutomatic: true, deadline: PT0S}\n"))
                .extracting(Problem::field)
                .containsExactly("hostEndpoints.deadline");
    }
}
