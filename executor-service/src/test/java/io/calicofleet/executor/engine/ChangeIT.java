package io.calicofleet.executor.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.ChangeFacts;
import io.calicofleet.event.ChangeSpec;
import io.calicofleet.event.FieldConflict;
import io.calicofleet.event.FieldSetting;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.event.IpPoolChange;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.RegistryChange;
import io.calicofleet.event.StepFailed;
import io.calicofleet.event.StepHeld;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepProgress;
import io.calicofleet.event.StepRequested;
import io.calicofleet.event.StepSucceeded;
import io.calicofleet.event.StepToPlan;
import io.calicofleet.executor.port.StepHandlers;
import io.calicofleet.executor.step.Steps;
import io.calicofleet.executor.step.change.NodesReady;
import io.calicofleet.model.release.Containers;
import io.calicofleet.simulator.ClusterTemplate;
import io.calicofleet.simulator.SimulatedCluster;
import io.calicofleet.simulator.SimulatorOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Settings of Felix change on real API servers and etcd: as a whole and back, not at all, held, refused, killed in between. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ChangeIT {

    private static final CalicoVersion VERSION = CalicoVersion.parse("v3.22.5");
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final StepHandlers STEADY_SOON =
            Steps.all(Duration.ofSeconds(15), new NodesReady(Duration.ofMillis(300), LONG));

    private static final ChangeSpec CHANGE = ChangeSpec.ofFelix(List.of(
            new FieldSetting("logSeverityScreen", "\"Warning\""),
            new FieldSetting("reportingInterval", null),
            new FieldSetting("iptablesRefreshInterval", "\"90s\"")));

    private static final ChangeSpec NETWORK = ChangeSpec.ofResources(
            List.of(new FieldSetting("vxlanEnabled", "true")),
            List.of(new FieldSetting("logSeverityScreen", "\"Debug\"")),
            List.of(new IpPoolChange(
                    List.of(),
                    List.of("0.0.0.0/0"),
                    List.of(
                            new FieldSetting("ipipMode", "\"Never\""),
                            new FieldSetting("vxlanMode", "\"CrossSubnet\"")))));

    private static final String ETCD = "/calico/resources/v3/projectcalico.org/";
    private static final String FELIX = ETCD + "felixconfigurations/default";
    private static final String POOL = "default-ipv4-ippool";
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path directory;

    private SimulatedFleet fleet;
    private int attempt = 1;

    @BeforeEach
    void start() {
        fleet = new SimulatedFleet(directory, SimulatedFleet.OWN_RELEASES, SimulatorOptions.quick());
    }

    @AfterEach
    void stop() {
        fleet.close();
    }

    @ParameterizedTest
    @EnumSource(names = {"MANIFEST_KDD", "MANIFEST_ETCD"})
    void from_preflight_to_done_and_back_with_what_others_changed_meanwhile(InstallMethod method) throws IOException {
        // Given
        SimulatedCluster cluster = install("c01", method);
        cluster.apply(Files.readString(Path.of("../deploy/kubernetes/executor-permissions.yaml")));
        fleet.actAs(cluster, cluster.account("kube-system", "calico-fleet-executor"));
        people(cluster, method, spec -> spec.put("reportingInterval", "0s").put("logPrefix", "mine"));
        // When it is inspected
        StepSucceeded inspected = (StepSucceeded) run(cluster, method, StepKind.INSPECT, CHANGE, OnConflict.HOLD);
        // Then what would change is said, and nothing speaks against it
        ChangeFacts facts = inspected.facts().change();
        assertThat(facts.refusals()).isEmpty();
        assertThat(facts.fields())
                .containsExactly(
                        "FelixConfiguration default iptablesRefreshInterval: absent -> 90s",
                        "FelixConfiguration default logSeverityScreen: " + text(cluster, method, "logSeverityScreen")
                                + " -> Warning",
                        "FelixConfiguration default reportingInterval: 0s -> absent");
        assertThat(inspected.notes()).anyMatch(note -> note.startsWith("Felix starts again on all nodes at once"));
        assertThat(inspected.facts().missingPermissions()).isEmpty();
        JsonNode before = felix(cluster, method);
        // When
        assertThat(run(cluster, method, StepKind.BACKUP, CHANGE, OnConflict.HOLD))
                .isInstanceOf(StepSucceeded.class);
        StepProgress done = run(cluster, method, StepKind.CHANGE, CHANGE, OnConflict.HOLD);
        // Then these fields have changed and no other
        assertThat(((StepSucceeded) done).changes()).containsExactly("FelixConfiguration default");
        assertThat(text(cluster, method, "logSeverityScreen")).isEqualTo("Warning");
        assertThat(text(cluster, method, "iptablesRefreshInterval")).isEqualTo("90s");
        assertThat(felix(cluster, method).has("reportingInterval")).isFalse();
        assertThat(text(cluster, method, "logPrefix")).isEqualTo("mine");
        // When others change a field of their own and one of ours, and it is taken back
        people(cluster, method, spec -> spec.put("logPrefix", "theirs").put("iptablesRefreshInterval", "30s"));
        StepSucceeded restored = (StepSucceeded) run(cluster, method, StepKind.RESTORE, null, OnConflict.HOLD);
        // Then ours are as before, and theirs as they made them
        assertThat(text(cluster, method, "logSeverityScreen"))
                .isEqualTo(before.path("logSeverityScreen").asText(""));
        assertThat(text(cluster, method, "reportingInterval")).isEqualTo("0s");
        assertThat(text(cluster, method, "logPrefix")).isEqualTo("theirs");
        assertThat(text(cluster, method, "iptablesRefreshInterval")).isEqualTo("30s");
        assertThat(restored.notes())
                .anyMatch(note ->
                        note.startsWith("spec.iptablesRefreshInterval of FelixConfiguration default is not what"));
    }

    @ParameterizedTest
    @EnumSource(names = {"MANIFEST_KDD", "MANIFEST_ETCD"})
    void pools_go_to_another_encapsulation_once_a_person_has_said_yes_and_all_of_it_comes_back(InstallMethod method) {
        // Given
        SimulatedCluster cluster = install("c01", method);
        JsonNode pool = spec(cluster, method, "IPPool", POOL);
        boolean bgp = spec(cluster, method, "BGPConfiguration", "default").isObject();
        JsonNode felix = felix(cluster, method);
        // When it is inspected
        StepSucceeded inspected = (StepSucceeded) run(cluster, method, StepKind.INSPECT, NETWORK, OnConflict.HOLD);
        // Then each object's fields are said, and what is understood
        assertThat(inspected.facts().change().refusals()).isEmpty();
        assertThat(inspected.facts().change().isAbout(NETWORK)).isTrue();
        assertThat(inspected.facts().change().fields())
                .contains("IPPool default-ipv4-ippool vxlanMode: Never -> CrossSubnet");
        // When nobody has said yes
        assertThat(run(cluster, method, StepKind.BACKUP, NETWORK, OnConflict.HOLD))
                .isInstanceOf(StepSucceeded.class);
        StepHeld held = (StepHeld) run(cluster, method, StepKind.CHANGE, NETWORK, OnConflict.HOLD);
        // Then nothing is written
        assertThat(held.conflicts())
                .extracting(FieldConflict::object)
                .containsExactly("FelixConfiguration default", "IPPool default-ipv4-ippool");
        assertThat(spec(cluster, method, "IPPool", POOL)).isEqualTo(pool);
        // When somebody has
        attempt++;
        StepSucceeded done = (StepSucceeded) run(cluster, method, StepKind.CHANGE, NETWORK, OnConflict.TAKE_NEW);
        // Then it is so, and the rest of the pool is as it was
        assertThat(done.changes())
                .containsExactly(
                        "FelixConfiguration default", "BGPConfiguration default", "IPPool default-ipv4-ippool");
        ObjectNode wanted = pool.deepCopy();
        wanted.put("ipipMode", "Never").put("vxlanMode", "CrossSubnet");
        assertThat(spec(cluster, method, "IPPool", POOL)).isEqualTo(wanted);
        assertThat(spec(cluster, method, "BGPConfiguration", "default")
                        .path("logSeverityScreen")
                        .asText())
                .isEqualTo("Debug");
        // When it is taken back
        StepSucceeded restored = (StepSucceeded) run(cluster, method, StepKind.RESTORE, null, OnConflict.HOLD);
        // Then all is as before, the object that was not there is gone
        assertThat(restored.notes()).isEmpty();
        assertThat(spec(cluster, method, "IPPool", POOL)).isEqualTo(pool);
        assertThat(felix(cluster, method)).isEqualTo(felix);
        assertThat(spec(cluster, method, "BGPConfiguration", "default").isObject())
                .isEqualTo(bgp);
    }

    @Test
    void a_pool_that_came_after_the_backup_is_left_alone_and_so_is_all_else() {
        SimulatedCluster cluster = install("c01", InstallMethod.MANIFEST_KDD);
        assertThat(run(cluster, InstallMethod.MANIFEST_KDD, StepKind.BACKUP, NETWORK, OnConflict.HOLD))
                .isInstanceOf(StepSucceeded.class);
        cluster.apply("""
                apiVersion: crd.projectcalico.org/v1
                kind: IPPool
                metadata: {name: late}
                spec: {cidr: 10.99.0.0/16, ipipMode: Always}
                """);

        StepFailed failed =
                (StepFailed) run(cluster, InstallMethod.MANIFEST_KDD, StepKind.CHANGE, NETWORK, OnConflict.TAKE_NEW);

        assertThat(failed.message())
                .startsWith("IPPool late came after the backup")
                .endsWith("nothing was changed");
        assertThat(spec(cluster, InstallMethod.MANIFEST_KDD, "IPPool", POOL)
                        .path("vxlanMode")
                        .asText())
                .isNotEqualTo("CrossSubnet");
    }

    @Test
    void what_is_so_already_is_written_by_nobody() {
        SimulatedCluster cluster = install("c01", InstallMethod.MANIFEST_KDD);
        people(cluster, InstallMethod.MANIFEST_KDD, spec -> spec.put("logPrefix", "mine"));
        ChangeSpec so = ChangeSpec.ofFelix(List.of(new FieldSetting("logPrefix", "\"mine\"")));
        String version = version(cluster);

        StepSucceeded inspected =
                (StepSucceeded) run(cluster, InstallMethod.MANIFEST_KDD, StepKind.INSPECT, so, OnConflict.HOLD);
        StepSucceeded done =
                (StepSucceeded) run(cluster, InstallMethod.MANIFEST_KDD, StepKind.CHANGE, so, OnConflict.HOLD);

        assertThat(inspected.facts().change()).isEqualTo(new ChangeFacts(List.of(), List.of(), so.toString()));
        assertThat(done.changes()).isEmpty();
        assertThat(version(cluster)).isEqualTo(version);
    }

    @Test
    void what_is_wrong_is_told_by_the_inspection_and_refused_by_the_step_and_nothing_is_written() {
        SimulatedCluster cluster = install("c01", InstallMethod.MANIFEST_KDD);
        String version = version(cluster);
        ChangeSpec wrong = ChangeSpec.ofFelix(List.of(
                new FieldSetting("logSeverityScren", "\"Warning\""),
                new FieldSetting("vxlanMTU", "1400"),
                new FieldSetting("bpfEnabled", "true")));

        StepSucceeded inspected =
                (StepSucceeded) run(cluster, InstallMethod.MANIFEST_KDD, StepKind.INSPECT, wrong, OnConflict.HOLD);
        StepProgress failed = run(cluster, InstallMethod.MANIFEST_KDD, StepKind.CHANGE, wrong, OnConflict.TAKE_NEW);

        assertThat(inspected.facts().change().refusals())
                .hasSize(4)
                .anyMatch(line -> line.contains("kube-proxy runs"))
                .anyMatch(line -> line.contains("the nearest one is logSeverityScreen"))
                .anyMatch(line -> line.contains("environment variable FELIX_VXLANMTU"))
                .anyMatch(line -> line.contains("kubernetes-services-endpoint"));
        assertThat(((StepFailed) failed).message()).endsWith("nothing was changed");
        assertThat(version(cluster)).isEqualTo(version);
    }

    @Test
    void a_port_that_closes_is_held_until_a_person_says_yes_and_the_plan_says_so_before() {
        SimulatedCluster cluster = install("c01", InstallMethod.MANIFEST_KDD);
        ChangeSpec closing = ChangeSpec.ofFelix(List.of(
                new FieldSetting("failsafeInboundHostPorts", "[{\"protocol\":\"udp\",\"port\":68}]"),
                new FieldSetting("logSeverityScreen", "\"Warning\"")));
        String version = version(cluster);
        // When nobody has said yes
        StepHeld planned = (StepHeld) plan(cluster, closing, OnConflict.HOLD);
        StepHeld held = (StepHeld) run(cluster, InstallMethod.MANIFEST_KDD, StepKind.CHANGE, closing, OnConflict.HOLD);
        // Then both ask the same
        assertThat(held.conflicts()).isEqualTo(planned.conflicts());
        assertThat(held.conflicts())
                .singleElement()
                .extracting(FieldConflict::why)
                .asString()
                .contains("tcp:22", "locked out");
        assertThat(version(cluster)).isEqualTo(version);
        // When a person has
        attempt++;
        StepSucceeded plan = (StepSucceeded) plan(cluster, closing, OnConflict.TAKE_NEW);
        assertThat(plan.plan().writes()).isEqualTo(1);
        assertThat(plan.plan().restarts()).containsExactly("Felix on 3 nodes at once, in the same pods");
        assertThat(version(cluster)).isEqualTo(version);
        assertThat(run(cluster, InstallMethod.MANIFEST_KDD, StepKind.CHANGE, closing, OnConflict.TAKE_NEW))
                .isInstanceOf(StepSucceeded.class);
        assertThat(felix(cluster, InstallMethod.MANIFEST_KDD).path("failsafeInboundHostPorts"))
                .hasSize(1);
    }

    @Test
    void where_there_was_no_object_the_way_back_leaves_none() {
        SimulatedCluster cluster = install("c01", InstallMethod.MANIFEST_KDD);
        cluster.delete("crd.projectcalico.org/v1", "FelixConfiguration", "", "default");
        ChangeSpec change = ChangeSpec.ofFelix(List.of(new FieldSetting("logPrefix", "\"x\"")));

        assertThat(run(cluster, InstallMethod.MANIFEST_KDD, StepKind.BACKUP, change, OnConflict.HOLD))
                .isInstanceOf(StepSucceeded.class);
        assertThat(run(cluster, InstallMethod.MANIFEST_KDD, StepKind.CHANGE, change, OnConflict.HOLD))
                .isInstanceOf(StepSucceeded.class);
        assertThat(text(cluster, InstallMethod.MANIFEST_KDD, "logPrefix")).isEqualTo("x");
        assertThat(run(cluster, InstallMethod.MANIFEST_KDD, StepKind.RESTORE, null, OnConflict.HOLD))
                .isInstanceOf(StepSucceeded.class);

        assertThat(cluster.get("crd.projectcalico.org/v1", "FelixConfiguration", "", "default"))
                .isNull();
    }

    @Test
    void killed_around_its_writes_it_ends_as_without() {
        SimulatedCluster cluster = install("c01", InstallMethod.MANIFEST_KDD);
        StringBuilder runs = new StringBuilder();
        ChangeSpec both = new ChangeSpec(
                CHANGE.felixConfiguration(),
                List.of(),
                List.of(),
                null,
                new RegistryChange("reg.example", null, null, List.of()));

        for (StepKind kind : List.of(StepKind.BACKUP, StepKind.CHANGE)) {
            int kills = Killer.untilDone(
                    40,
                    (killed, at) -> {
                        runs.append('x');
                        return fleet.executor("kill-" + runs, cluster, api -> new Killer(api, at), STEADY_SOON)
                                .run(request(cluster, InstallMethod.MANIFEST_KDD, kind, both, OnConflict.TAKE_NEW));
                    },
                    () -> {});
            assertThat(kills).isPositive();
        }

        assertThat(text(cluster, InstallMethod.MANIFEST_KDD, "logSeverityScreen"))
                .isEqualTo("Warning");
        for (String workload : List.of("DaemonSet calico-node", "Deployment calico-kube-controllers")) {
            String[] named = workload.split(" ", 2);
            assertThat(Containers.of(cluster.get("apps/v1", named[0], "kube-system", named[1])))
                    .isNotEmpty()
                    .allMatch(container -> container.path("image").asText().startsWith("reg.example/calico/"));
        }
    }

    private SimulatedCluster install(String id, InstallMethod method) {
        boolean etcd = method == InstallMethod.MANIFEST_ETCD;
        ClusterTemplate template = ClusterTemplate.named(id)
                .withManifest(SimulatedFleet.manifest(
                        SimulatedFleet.OWN_RELEASES, VERSION, etcd ? "calico-etcd.yaml" : "calico.yaml"));
        SimulatedCluster cluster = fleet.cluster(etcd ? template.withEtcd(ClusterTemplate.Etcd.TLS) : template);
        await().atMost(LONG).untilAsserted(() -> {
            JsonNode nodes = cluster.get("apps/v1", "DaemonSet", "kube-system", "calico-node");
            assertThat(nodes.at("/status/numberReady").asInt()).isEqualTo(3);
            assertThat(felix(cluster, method).isObject()).isTrue();
        });
        return cluster;
    }

    private static JsonNode felix(SimulatedCluster cluster, InstallMethod method) {
        return spec(cluster, method, "FelixConfiguration", "default");
    }

    private static JsonNode spec(SimulatedCluster cluster, InstallMethod method, String kind, String name) {
        if (method != InstallMethod.MANIFEST_ETCD) {
            JsonNode found = cluster.get("crd.projectcalico.org/v1", kind, "", name);
            return found == null ? MissingNode.getInstance() : found.path("spec");
        }
        try {
            String key = ETCD + kind.toLowerCase(Locale.ROOT) + "s/" + name;
            String stored = cluster.etcd().entries(key).get(key);
            return stored == null
                    ? MissingNode.getInstance()
                    : JSON.readTree(stored).path("spec");
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    /** Somebody else writes. */
    private static void people(SimulatedCluster cluster, InstallMethod method, Consumer<ObjectNode> edit) {
        ObjectNode spec = felix(cluster, method).deepCopy();
        edit.accept(spec);
        if (method != InstallMethod.MANIFEST_ETCD) {
            cluster.patch("crd.projectcalico.org/v1", "FelixConfiguration", "", "default", "{\"spec\":" + spec + "}");
            return;
        }
        try {
            ObjectNode object =
                    (ObjectNode) JSON.readTree(cluster.etcd().entries(FELIX).get(FELIX));
            object.set("spec", spec);
            cluster.etcd().put(FELIX, object.toString());
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    private static String version(SimulatedCluster cluster) {
        return cluster.get("crd.projectcalico.org/v1", "FelixConfiguration", "", "default")
                .at("/metadata/resourceVersion")
                .asText();
    }

    private StepProgress plan(SimulatedCluster cluster, ChangeSpec change, OnConflict rule) {
        InstallMethod method = InstallMethod.MANIFEST_KDD;
        StepRequested asked = request(cluster, method, StepKind.PLAN, change, rule);
        List<StepToPlan> steps = List.of(StepKind.BACKUP, StepKind.CHANGE).stream()
                .map(kind -> new StepToPlan(kind, List.of(), asked.parameters()))
                .toList();
        return run(
                cluster,
                new StepRequested(asked.step(), List.of(), asked.parameters().withPlanned(steps), asked.summary()));
    }

    private StepProgress run(
            SimulatedCluster cluster, InstallMethod method, StepKind kind, ChangeSpec change, OnConflict rule) {
        return run(cluster, request(cluster, method, kind, change, rule));
    }

    private StepProgress run(SimulatedCluster cluster, StepRequested request) {
        return fleet.executor(
                        request.step().kind() + "-" + attempt + "-"
                                + cluster.audit().size(),
                        cluster,
                        UnaryOperator.identity(),
                        STEADY_SOON)
                .run(request);
    }

    private StepRequested request(
            SimulatedCluster cluster, InstallMethod method, StepKind kind, ChangeSpec change, OnConflict rule) {
        StepRequested first = SimulatedFleet.request(cluster, method, kind, VERSION, null, rule, List.of());
        return new StepRequested(
                new StepId(first.step().campaign(), first.step().cluster(), kind, attempt),
                List.of(),
                first.parameters().withChange(change),
                first.summary());
    }

    private static String text(SimulatedCluster cluster, InstallMethod method, String field) {
        return felix(cluster, method).path(field).asText("");
    }
}
