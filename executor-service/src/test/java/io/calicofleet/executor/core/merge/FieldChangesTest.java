package io.calicofleet.executor.core.merge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.FieldChange;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** What a plan tells of the fields of an object. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class FieldChangesTest {

    @Test
    void of_a_schema_only_what_changes_in_it_is_told() throws Exception {
        String definition = """
                {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "a.b"},
                 "spec": {"versions": [{"name": "v1", "schema": {"properties": {"spec": {"properties": {"x": {"type": "%s"}}}}}}]}}""";
        assertThat(changes(definition.formatted("string"), definition.formatted("integer")))
                .containsExactly(new FieldChange(
                        "spec.versions[v1].schema.properties.spec.properties.x.type", "\"string\"", "\"integer\""));
    }

    @Test
    void what_may_be_secret_stays_hidden_however_deep_it_is_and_that_it_changed_is_told() throws Exception {
        String secret = """
                {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a", "namespace": "b"}, "data": {"key": "%s"}}""";
        assertThat(changes(secret.formatted("b25l"), secret.formatted("dHdv")))
                .containsExactly(new FieldChange("data.key", "\"(hidden)\"", "\"(hidden)\""));
        String custom = """
                {"apiVersion": "x/v1", "kind": "Thing", "metadata": {"name": "a"},
                 "spec": {"list": [{"name": "one", "auth": {"password": "%s", "user": "%s"}}]}}""";
        assertThat(changes(custom.formatted("hunter1", "a"), custom.formatted("hunter2", "b")))
                .contains(new FieldChange("spec.list[one].auth.user", "\"a\"", "\"b\""))
                .extracting(FieldChange::toString)
                .anyMatch(told -> told.contains("spec.list[one].auth.password"))
                .noneMatch(told -> told.contains("hunter"));
    }

    @Test
    void lists_without_names_of_their_own_are_told_as_they_are() throws Exception {
        String role = """
                {"apiVersion": "x/v1", "kind": "Thing", "metadata": {"name": "a"}, "spec": {"rules": %s}}""";
        assertThat(changes(role.formatted("[\"a\", \"b\"]"), role.formatted("[\"a\", \"c\"]")))
                .containsExactly(new FieldChange("spec.rules", "[\"a\",\"b\"]", "[\"a\",\"c\"]"));
        assertThat(changes(
                        role.formatted("[{\"name\": \"a\"}, {\"name\": \"a\"}]"),
                        role.formatted("[{\"name\": \"a\"}]")))
                .containsExactly(
                        new FieldChange("spec.rules", "[{\"name\":\"a\"},{\"name\":\"a\"}]", "[{\"name\":\"a\"}]"));
    }

    @Test
    void what_comes_or_goes_as_a_whole_is_told_as_it_is_written_without_what_servers_add() throws Exception {
        String workload = """
                {"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {"name": "a", "namespace": "b"}, "spec": {%s}}""";
        String template = """
                "template": {"spec": {"tolerations": [{"operator": "Exists", "tolerationSeconds": 60}, {"key": "a", "value": "b"}],
                  "volumes": [{"name": "v", "hostPath": {"path": "/v", "type": ""}}],
                  "containers": [{"name": "c", "image": "busybox", "args": ["--level", "1"],
                    "resources": {"limits": {"memory": "128Mi", "cpu": 0.25}}, "terminationMessagePolicy": "File",
                    "env": [{"name": "E", "value": "True"}]}]}}""";
        assertThat(changes(workload.formatted(""), workload.formatted(template)))
                .containsExactly(new FieldChange("spec.template", "", """
                        {"spec":{"containers":[{"args":["--level","1"],"env":[{"name":"E","value":"True"}],"image":"busybox",\
                        "name":"c","resources":{"limits":{"cpu":0.25,"memory":"128Mi"}}}],\
                        "tolerations":[{"key":"a","value":"b"},{"operator":"Exists","tolerationSeconds":60}],\
                        "volumes":[{"hostPath":{"path":"/v"},"name":"v"}]}}"""));
    }

    private static List<FieldChange> changes(String before, String after) throws Exception {
        ObjectMapper json = new ObjectMapper();
        return Differences.changes((ObjectNode) json.readTree(before), (ObjectNode) json.readTree(after));
    }
}
