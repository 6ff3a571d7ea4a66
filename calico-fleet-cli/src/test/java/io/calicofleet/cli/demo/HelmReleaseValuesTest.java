package io.calicofleet.cli.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.Customisation;
import io.calicofleet.kafka.EventJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class HelmReleaseValuesTest {

    private final ObjectNode list = EventJson.mapper().createObjectNode();
    private final ArrayNode items = list.putArray("items");

    @Test
    void are_those_of_the_newest_revision_that_is_deployed() throws IOException {
        revision(1, "deployed", "{\"installation\": {\"registry\": \"old.example.com/\"}}");
        revision(3, "pending-upgrade", "{}");
        revision(2, "deployed", "{\"installation\": {\"registry\": \"mine.example.com/\"}}");

        JsonNode values = HelmReleaseValues.deployed(list);

        assertThat(KeptChanges.isKept(values, value("\"mine.example.com/\""))).isTrue();
        assertThat(KeptChanges.isKept(values, value("\"old.example.com/\""))).isFalse();
    }

    @Test
    void of_a_release_that_is_gone_nothing_is_kept() throws IOException {
        revision(1, "superseded", "{\"installation\": {\"registry\": \"mine.example.com/\"}}");

        assertThat(KeptChanges.isKept(HelmReleaseValues.deployed(list), value("\"mine.example.com/\"")))
                .isFalse();
    }

    private static Customisation value(String json) {
        return new Customisation("Helm release default/calico", "installation.registry", json);
    }

    private void revision(int version, String status, String values) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(("{\"config\": " + values + "}").getBytes(UTF_8));
        }
        byte[] once = Base64.getEncoder().encode(packed.toByteArray());
        ObjectNode secret = items.addObject();
        secret.putObject("metadata").putObject("labels").put("status", status).put("version", String.valueOf(version));
        secret.putObject("data").put("release", Base64.getEncoder().encodeToString(once));
    }
}
