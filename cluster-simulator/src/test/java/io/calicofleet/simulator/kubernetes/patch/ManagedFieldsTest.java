package io.calicofleet.simulator.kubernetes.patch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.json.Json;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ManagedFieldsTest {

    private static final FieldSet X = FieldSet.parse(Json.parse("{\"f:data\": {\"f:x\": {}}}"));
    private static final FieldSet Y = FieldSet.parse(Json.parse("{\"f:data\": {\"f:y\": {}}}"));

    @Test
    void an_apply_that_changes_nothing_is_none_however_much_later_it_comes() {
        ObjectNode first =
                applied((ObjectNode) Json.parse("{\"data\": {\"x\": \"1\", \"y\": \"1\"}}"), X, "m1", "10:00:01");
        ObjectNode both = applied(first, Y, "m2", "10:00:02");

        ObjectNode again = applied(both, X, "m1", "10:00:03");

        assertThat(again.at("/metadata/managedFields/0/manager").asText()).isEqualTo("m2");
        assertThat(ManagedFields.sameButTimes(both, again)).isTrue();
        assertThat(ManagedFields.sameButTimes(first, both)).isFalse();
        assertThat(ManagedFields.sameButTimes(both, applied(both, Y, "m1", "10:00:03")))
                .isFalse();
        again.withObject("/data").put("x", "2");
        assertThat(ManagedFields.sameButTimes(both, again)).isFalse();
    }

    private static ObjectNode applied(ObjectNode object, FieldSet fields, String manager, String time) {
        ObjectNode changed = object.deepCopy();
        ManagedFields managed = ManagedFields.of(changed);
        managed.applied(fields, FieldSet.empty(), new ManagedFields.Writer(manager, "v1", "", time));
        managed.to(changed);
        return changed;
    }
}
