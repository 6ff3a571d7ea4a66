package io.calicofleet.simulator.kubernetes.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.simulator.json.Json;
import java.time.Duration;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Expected values are those of Kubernetes' own tests of {@code duration.HumanDuration} and {@code printPod}. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class CellsTest {

    @ParameterizedTest
    @CsvSource({
        "PT1S, 1s",
        "PT70S, 70s",
        "PT190S, 3m10s",
        "PT70M, 70m",
        "PT47H, 47h",
        "PT49H, 2d1h",
        "P8DT2H, 8d",
        "P367D, 367d",
        "P800D, 2y70d",
        "PT-1S, 0s",
        "PT-2S, <invalid>"
    })
    void a_time_is_told_as_kubectl_tells_it(Duration lasted, String said) {
        assertThat(Cells.said(lasted)).isEqualTo(said);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{phase: Running, containerStatuses: [{ready: true, state: {running: {}}}, {restartCount: 3}]} | 1/2 Running 3",
                "{phase: Pending, initContainerStatuses: [{restartCount: 3, state: {waiting: {}}}]} | 0/2 Init:0/1 3",
                "{phase: Pending, initContainerStatuses: [{state: {waiting: {reason: CrashLoopBackOff}}}]} | 0/2 Init:CrashLoopBackOff 0",
                "{phase: Pending, initContainerStatuses: [{state: {terminated: {exitCode: 2}}}]} | 0/2 Init:ExitCode:2 0",
                "{phase: Pending, containerStatuses: [{state: {waiting: {reason: ImagePullBackOff}}}]} | 0/2 ImagePullBackOff 0",
                "{phase: Failed, reason: Evicted} | 0/2 Evicted 0",
                "{phase: Running, containerStatuses: [{state: {terminated: {reason: Completed}}}, {ready: true, state: {running: {}}}]} | 1/2 NotReady 0"
            })
    void a_pod_is_told_by_its_containers(String status, String said) {
        JsonNode pod = Json.yamlDocuments(
                        "spec: {initContainers: [{name: first}], containers: [{name: a}, {name: b}]}\nstatus: "
                                + status)
                .getFirst();

        assertThat(PodCells.ready(pod) + " " + PodCells.status(pod) + " " + PodCells.restarts(pod))
                .isEqualTo(said);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                ".spec.size | 3",
                ".spec['size'] | 3",
                ".spec.list[1].name | two",
                ".spec.list[*].name | one",
                ".spec.list[?(@.name==\"two\")].is | here",
                ".spec.list[?(@.name == 'none')].is | ''",
                ".metadata.annotations.a\\.b/c | dotted",
                ".spec[?(broken | ''"
            })
    void a_column_of_a_definition_leads_to_its_value(String path, String value) {
        JsonNode object = Json.yamlDocuments(
                        "metadata: {annotations: {a.b/c: dotted}}\nspec: {size: 3, list: [{name: one}, {name: two, is: here}]}")
                .getFirst();

        assertThat(ColumnPath.of(path).in(object).asText()).isEqualTo(value);
    }
}
