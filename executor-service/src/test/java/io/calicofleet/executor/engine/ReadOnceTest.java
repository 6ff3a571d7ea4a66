package io.calicofleet.executor.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.executor.port.ResourceRef;
import io.calicofleet.executor.step.FakeCluster;
import io.calicofleet.model.Json;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ReadOnceTest {

    private static final ResourceRef REF = new ResourceRef("v1", "ConfigMap", "default", "a");

    private final FakeCluster cluster = new FakeCluster();
    private final ReadOnce once = new ReadOnce(cluster);

    @Test
    void what_was_read_stays_as_it_was_whatever_becomes_of_it() {
        assertThat(once.find(REF)).isEmpty();
        assertThat(once.list("v1", "ConfigMap")).isEmpty();
        // When
        cluster.create(object());
        // Then
        assertThat(once.find(REF)).isEmpty();
        assertThat(once.list("v1", "ConfigMap")).isEmpty();
        assertThat(new ReadOnce(cluster).find(REF)).isPresent();
    }

    @Test
    void whoever_changes_what_they_were_given_changes_it_for_nobody_else() {
        cluster.create(object());
        // When
        once.find(REF).orElseThrow().put("changed", true);
        once.list("v1", "ConfigMap").forEach(found -> found.put("changed", true));
        // Then
        assertThat(once.find(REF).orElseThrow().has("changed")).isFalse();
        assertThat(once.list("v1", "ConfigMap")).noneMatch(found -> found.has("changed"));
    }

    private static ObjectNode object() {
        ObjectNode object = Json.object().put("apiVersion", "v1").put("kind", "ConfigMap");
        object.putObject("metadata").put("name", "a").put("namespace", "default");
        return object;
    }
}
