package io.calicofleet.executor.core.merge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.FieldConflict;
import io.calicofleet.event.OnConflict;
import io.calicofleet.executor.core.Yaml;
import io.calicofleet.model.Json;
import io.calicofleet.model.release.ManifestDocuments;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ContainerMovesTest {

    private static final String NODE =
            "{name: agent, image: 'docker.io/calico/node:%s', env: [{name: A, value: '1'}, {name: B, value: '2'}%s]}";
    private static final String SETUP =
            "{name: %s, image: 'docker.io/calico/node:%s', command: [calico-node, -init], volumeMounts: [{name: sys, mountPath: /sys/fs}, {name: run, mountPath: /run}]%s}";
    private static final String RESOURCES = ", resources: {limits: {memory: 1Gi}}";
    private static final String PROBE = ", livenessProbe: {exec: {command: [%s]}}";

    @Test
    void a_renamed_container_takes_along_what_people_changed_and_from_where_they_have_it() {
        MergePlan plan = plan(
                pod(setup("mount", "v1.0.0", ""), node("v1.0.0", "")),
                pod(
                        setup("mount", "v1.0.0", RESOURCES + ", env: [{name: MINE, value: '1'}]")
                                .replace("docker.io", "reg.example:5000/mirror"),
                        node("v1.0.0", "").replace("docker.io", "reg.example:5000/mirror")),
                pod(setup("bootstrap", "v2.0.0", ""), node("v2.0.0", "")));

        assertThat(plan.conflicts()).isEmpty();
        assertThat(containers(plan, "initContainers")).singleElement().satisfies(container -> {
            assertThat(Json.text(container, "name")).isEqualTo("bootstrap");
            assertThat(Json.text(container, "image")).isEqualTo("reg.example:5000/mirror/calico/node:v2.0.0");
            assertThat(container.at("/resources/limits/memory").asText()).isEqualTo("1Gi");
            assertThat(container.at("/env/0/name").asText()).isEqualTo("MINE");
        });
        assertThat(plan.notes())
                .anyMatch(note ->
                        note.contains("container mount is bootstrap in the target: what you changed of it goes along"));
    }

    @Test
    void a_container_that_people_renamed_keeps_its_name_and_gets_what_the_release_brings() {
        String mirror = "reg.example:5000/mirror";
        MergePlan plan = plan(
                pod(setup("mount", "v1.0.0", ""), node("v1.0.0", "")),
                pod(
                        setup("mine", "v1.0.0", RESOURCES).replace("docker.io", mirror),
                        node("v1.0.0", "").replace("docker.io", mirror).replace("agent", "worker")),
                pod(setup("bootstrap", "v2.0.0", ""), node("v2.0.0", ", {name: C, value: '3'}")));

        assertThat(plan.conflicts()).isEmpty();
        assertThat(containers(plan, "containers")).singleElement().satisfies(container -> {
            assertThat(Json.text(container, "name")).isEqualTo("worker");
            assertThat(Json.text(container, "image")).isEqualTo(mirror + "/calico/node:v2.0.0");
            assertThat(container.path("env")).hasSize(3);
        });
        assertThat(containers(plan, "initContainers")).singleElement().satisfies(container -> {
            assertThat(Json.text(container, "name"))
                    .as("the release renamed it, too")
                    .isEqualTo("bootstrap");
            assertThat(container.at("/resources/limits/memory").asText()).isEqualTo("1Gi");
        });
        assertThat(plan.notes())
                .anyMatch(note -> note.contains("container agent of the release is worker here, and stays so"));
    }

    @Test
    void a_container_of_people_with_an_image_of_Calico_is_not_the_one_they_removed() {
        String own =
                "{name: mine, image: 'docker.io/calico/node:v1.0.0', command: [sh, -c, x], env: [{name: A, value: '1'}]}";
        MergePlan plan = plan(
                pod(setup("mount", "v1.0.0", ""), node("v1.0.0", "")),
                pod(own, node("v1.0.0", "")),
                pod(setup("mount", "v2.0.0", ""), node("v2.0.0", "")));

        assertThat(containers(plan, "initContainers"))
                .extracting(container -> Json.text(container, "name"))
                .containsExactly("mine");
    }

    @Test
    void a_container_that_is_only_a_bit_alike_is_another_one() {
        String other =
                setup("bootstrap", "v2.0.0", "").replace("-init", "-serve").replace("/run", "/other");
        MergePlan plan = plan(
                pod(setup("mount", "v1.0.0", ""), node("v1.0.0", "")),
                pod(setup("mount", "v1.0.0", RESOURCES), node("v1.0.0", "")),
                pod(other, node("v2.0.0", "")));

        assertThat(plan.conflicts())
                .extracting(FieldConflict::path)
                .containsExactly("spec.template.spec.initContainers[mount]");
        assertThat(containers(plan, "initContainers"))
                .extracting(container -> Json.text(container, "name"))
                .contains("bootstrap");
    }

    @Test
    void of_two_that_fit_alike_nobody_can_tell_which_it_is() {
        MergePlan plan = plan(
                pod(setup("mount", "v1.0.0", ""), node("v1.0.0", "")),
                pod(setup("mount", "v1.0.0", RESOURCES), node("v1.0.0", "")),
                pod(setup("one", "v2.0.0", "") + ", " + setup("two", "v2.0.0", ""), node("v2.0.0", "")));

        assertThat(plan.conflicts())
                .extracting(FieldConflict::path)
                .containsExactly("spec.template.spec.initContainers[mount]");
    }

    @Test
    void a_container_that_people_have_under_the_new_name_is_theirs() {
        MergePlan plan = plan(
                pod(setup("mount", "v1.0.0", ""), node("v1.0.0", "")),
                pod(
                        setup("mount", "v1.0.0", RESOURCES) + ", {name: bootstrap, image: 'reg.example/acme/x:1'}",
                        node("v1.0.0", "")),
                pod(setup("bootstrap", "v2.0.0", ""), node("v2.0.0", "")));

        assertThat(plan.conflicts())
                .extracting(FieldConflict::path)
                .contains("spec.template.spec.initContainers[mount]");
    }

    @Test
    void a_container_that_stayed_and_now_runs_first_takes_along_what_can_be_there() {
        MergePlan plan = plan(
                pod("", setup("install", "v1.0.0", PROBE.formatted("a")) + ", " + node("v1.0.0", "")),
                pod("", setup("install", "v1.0.0", PROBE.formatted("a") + RESOURCES) + ", " + node("v1.0.0", "")),
                pod(setup("install", "v2.0.0", ""), node("v2.0.0", "")));

        assertThat(plan.conflicts()).isEmpty();
        assertThat(containers(plan, "initContainers")).singleElement().satisfies(container -> {
            assertThat(container.at("/resources/limits/memory").asText()).isEqualTo("1Gi");
            assertThat(container.has("livenessProbe")).isFalse();
            assertThat(Json.text(container, "image")).isEqualTo("docker.io/calico/node:v2.0.0");
        });
        assertThat(containers(plan, "containers"))
                .extracting(container -> Json.text(container, "name"))
                .containsExactly("agent");
    }

    @Test
    void a_probe_that_people_changed_is_asked_where_it_cannot_be_any_more() {
        MergePlan plan = plan(
                pod("", setup("install", "v1.0.0", PROBE.formatted("a")) + ", " + node("v1.0.0", "")),
                pod("", setup("install", "v1.0.0", PROBE.formatted("b")) + ", " + node("v1.0.0", "")),
                pod(setup("install", "v2.0.0", ""), node("v2.0.0", "")));

        assertThat(plan.conflicts()).singleElement().satisfies(asked -> {
            assertThat(asked.path()).isEqualTo("spec.template.spec.initContainers[install].livenessProbe");
            assertThat(asked.mine()).contains("b");
            assertThat(asked.answers()).containsExactly(OnConflict.TAKE_NEW);
        });
    }

    @Test
    void a_container_that_ran_first_and_now_stays_takes_along_what_people_changed() {
        MergePlan plan = plan(
                pod(setup("install", "v1.0.0", ""), node("v1.0.0", "")),
                pod(setup("install", "v1.0.0", RESOURCES), node("v1.0.0", "")),
                pod("", setup("install", "v2.0.0", PROBE.formatted("a")) + ", " + node("v2.0.0", "")));

        assertThat(plan.conflicts()).isEmpty();
        assertThat(containers(plan, "containers")).first().satisfies(container -> {
            assertThat(container.at("/resources/limits/memory").asText()).isEqualTo("1Gi");
            assertThat(container.at("/livenessProbe/exec/command/0").asText()).isEqualTo("a");
        });
        assertThat(containers(plan, "initContainers")).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(OnConflict.class)
    void a_variable_that_moved_with_its_value_keeps_what_people_set(OnConflict rule) {
        MergePlan plan = plan(
                rule,
                pod(setup("setup", "v1.0.0", ""), node("v1.0.0", ", {name: MTU, value: '0'}")),
                pod(setup("setup", "v1.0.0", ""), node("v1.0.0", ", {name: MTU, value: '1410'}")),
                pod(setup("setup", "v2.0.0", ", env: [{name: MTU, value: '0'}]"), node("v2.0.0", "")));

        assertThat(plan.conflicts()).isEmpty();
        assertThat(variable(plan, "setup", "MTU")).containsExactly("1410");
        assertThat(variable(plan, "agent", "MTU")).isEmpty();
        assertThat(plan.notes())
                .anyMatch(note ->
                        note.contains("variable MTU is in the container setup in the target, no more in agent"));
    }

    @Test
    void a_variable_that_people_removed_stays_removed_in_its_new_place() {
        MergePlan plan = plan(
                pod(setup("setup", "v1.0.0", ""), node("v1.0.0", ", {name: MTU, value: '0'}")),
                pod(setup("setup", "v1.0.0", ""), node("v1.0.0", "")),
                pod(setup("setup", "v2.0.0", ", env: [{name: MTU, value: '0'}]"), node("v2.0.0", "")));

        assertThat(variable(plan, "setup", "MTU")).isEmpty();
    }

    @Test
    void a_variable_that_came_with_another_value_is_asked_with_all_three() {
        ManifestDocuments base = pod(setup("setup", "v1.0.0", ""), node("v1.0.0", ", {name: MTU, value: '0'}"));
        ManifestDocuments mine = pod(setup("setup", "v1.0.0", ""), node("v1.0.0", ", {name: MTU, value: '1410'}"));
        ManifestDocuments target =
                pod(setup("setup", "v2.0.0", ", env: [{name: MTU, value: auto}]"), node("v2.0.0", ""));

        assertThat(plan(base, mine, target).conflicts()).singleElement().satisfies(asked -> {
            assertThat(asked.path()).isEqualTo("spec.template.spec.initContainers[setup].env[MTU].value");
            assertThat(List.of(asked.base(), asked.mine(), asked.target()))
                    .containsExactly("\"0\"", "\"1410\"", "\"auto\"");
            assertThat(asked.why()).contains("agent");
            assertThat(asked.answers()).containsExactly(OnConflict.KEEP_MINE, OnConflict.TAKE_NEW);
        });
        assertThat(variable(plan(OnConflict.KEEP_MINE, base, mine, target), "setup", "MTU"))
                .containsExactly("1410");
        assertThat(variable(plan(OnConflict.TAKE_NEW, base, mine, target), "setup", "MTU"))
                .containsExactly("auto");
    }

    @Test
    void a_variable_that_two_containers_had_all_along_has_not_moved() {
        MergePlan plan = plan(
                pod(
                        setup("setup", "v1.0.0", ", env: [{name: MTU, value: '0'}]"),
                        node("v1.0.0", ", {name: MTU, value: '0'}")),
                pod(
                        setup("setup", "v1.0.0", ", env: [{name: MTU, value: '0'}]"),
                        node("v1.0.0", ", {name: MTU, value: '1410'}")),
                pod(setup("setup", "v2.0.0", ", env: [{name: MTU, value: '0'}]"), node("v2.0.0", "")));

        assertThat(variable(plan, "agent", "MTU")).containsExactly("1410");
        assertThat(variable(plan, "setup", "MTU")).containsExactly("0");
    }

    @Test
    void a_variable_goes_into_a_container_that_is_new_as_well() {
        MergePlan plan = plan(
                pod("", node("v1.0.0", ", {name: MTU, value: '0'}")),
                pod("", node("v1.0.0", ", {name: MTU, value: '1410'}")),
                pod(setup("setup", "v2.0.0", ", env: [{name: MTU, value: '0'}]"), node("v2.0.0", "")));

        assertThat(plan.conflicts()).isEmpty();
        assertThat(variable(plan, "setup", "MTU")).containsExactly("1410");
        assertThat(containers(plan, "initContainers"))
                .singleElement()
                .satisfies(container ->
                        assertThat(container.at("/command/1").asText()).isEqualTo("-init"));
    }

    @ParameterizedTest
    @EnumSource(
            value = OnConflict.class,
            names = {"KEEP_MINE", "TAKE_NEW"})
    void without_a_base_no_answer_leaves_a_container_in_both_places(OnConflict answer) {
        MergePlan plan = plan(
                answer,
                ManifestDocuments.EMPTY,
                pod("", setup("install", "v1.0.0", PROBE.formatted("a") + RESOURCES) + ", " + node("v1.0.0", "")),
                pod(setup("install", "v2.0.0", ""), node("v2.0.0", "")));

        assertThat(containers(plan, "containers"))
                .extracting(container -> Json.text(container, "name"))
                .containsExactly("agent");
        assertThat(containers(plan, "initContainers")).singleElement().satisfies(container -> {
            assertThat(Json.text(container, "name")).isEqualTo("install");
            assertThat(container.has("livenessProbe")).isFalse();
            assertThat(container.at("/resources/limits/memory").asText())
                    .isEqualTo(answer == OnConflict.KEEP_MINE ? "1Gi" : "");
        });
    }

    private static MergePlan plan(ManifestDocuments base, ManifestDocuments mine, ManifestDocuments target) {
        return plan(OnConflict.HOLD, base, mine, target);
    }

    private static MergePlan plan(
            OnConflict rule, ManifestDocuments base, ManifestDocuments mine, ManifestDocuments target) {
        ApiServer server = new ApiServer(true);
        ManifestDocuments live = ManifestDocuments.of(
                mine.objects().values().stream().map(server::applied).toList());
        return ManifestMerge.plan(base, live, target, rule);
    }

    private static String node(String version, String env) {
        return NODE.formatted(version, env);
    }

    private static String setup(String name, String version, String more) {
        return SETUP.formatted(name, version, more);
    }

    private static ManifestDocuments pod(String first, String staying) {
        return ManifestDocuments.of(Yaml.documents("""
                apiVersion: apps/v1
                kind: DaemonSet
                metadata: {name: agent, namespace: kube-system}
                spec:
                  selector: {matchLabels: {app: agent}}
                  template:
                    metadata: {labels: {app: agent}}
                    spec:
                      initContainers: [%s]
                      containers: [%s]
                      volumes: [{name: sys, hostPath: {path: /sys/fs}}, {name: run, hostPath: {path: /run}}]
                """.formatted(first, staying)));
    }

    private static List<JsonNode> containers(MergePlan plan, String list) {
        JsonNode manifest = Objects.requireNonNull(plan.objects().getFirst().manifest());
        return Json.elements(manifest.at("/spec/template/spec").get(list)).toList();
    }

    private static List<String> variable(MergePlan plan, String container, String name) {
        return Stream.concat(containers(plan, "initContainers").stream(), containers(plan, "containers").stream())
                .filter(each -> Json.text(each, "name").equals(container))
                .flatMap(each -> Json.elements(each.get("env")))
                .filter(entry -> Json.text(entry, "name").equals(name))
                .map(entry -> Json.text(entry, "value"))
                .toList();
    }
}
