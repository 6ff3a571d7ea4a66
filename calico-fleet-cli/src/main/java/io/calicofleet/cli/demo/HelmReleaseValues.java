package io.calicofleet.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.calicofleet.kafka.EventJson;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.zip.GZIPInputStream;

/** The values of a Helm release, from the Secret of the revision that is deployed, in whatever namespace that is. */
public final class HelmReleaseValues {

    private HelmReleaseValues() {}

    /** What {@code helm get values} would show; missing where no revision among these Secrets is deployed. */
    public static JsonNode deployed(JsonNode secrets) {
        JsonNode newest = MissingNode.getInstance();
        for (JsonNode secret : secrets.path("items")) {
            JsonNode labels = secret.at("/metadata/labels");
            boolean counts = labels.path("status").asText().equals("deployed");
            if (counts && version(secret) > version(newest)) {
                newest = secret;
            }
        }
        return newest.isMissingNode()
                ? newest
                : values(newest.at("/data/release").asText());
    }

    private static int version(JsonNode secret) {
        return secret.at("/metadata/labels/version").asInt();
    }

    /** Base64 as all data of a Secret, in it base64 once more, in it gzip, in it JSON. */
    private static JsonNode values(String data) {
        byte[] packed = Base64.getDecoder().decode(Base64.getDecoder().decode(data));
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(packed))) {
            return EventJson.mapper().readTree(in.readAllBytes()).path("config");
        } catch (IOException e) {
            throw new IllegalStateException("the Secret of a Helm release cannot be read", e);
        }
    }
}
