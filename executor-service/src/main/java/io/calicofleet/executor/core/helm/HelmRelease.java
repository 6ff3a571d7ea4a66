package io.calicofleet.executor.core.helm;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.model.Json;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/**
 * One revision of a release, as its Secret holds it: {@code data.release} is base64 as all data of a Secret, in it base64
 * once more, in it gzip (old ones: none), in it JSON.
 *
 * @param name the name of the release
 * @param namespace the namespace of its Secrets
 * @param revision 1 or more
 * @param status such as deployed, superseded, failed, pending-upgrade
 * @param chart the name of the chart
 * @param chartVersion the version of the chart
 * @param content all of it
 */
public record HelmRelease(
        String name,
        String namespace,
        int revision,
        String status,
        String chart,
        String chartVersion,
        ObjectNode content) {

    /** The type of the Secrets. */
    public static final String SECRET_TYPE = "helm.sh/release.v1";

    /** The status of the revision that counts. */
    public static final String DEPLOYED = "deployed";

    /** Far more than an object of Kubernetes unpacks to; what is larger is no release. */
    private static final int LARGEST = 64 * 1024 * 1024;

    private static final ObjectMapper JSON = new ObjectMapper();

    public HelmRelease {
        requireNonNull(name, "name");
        requireNonNull(namespace, "namespace");
        requireNonNull(status, "status");
        requireNonNull(chart, "chart");
        requireNonNull(chartVersion, "chartVersion");
        requireNonNull(content, "content");
    }

    /** Whether an object is a Secret of a release. */
    public static boolean isOne(JsonNode object) {
        return Json.text(object, "kind").equals("Secret")
                && Json.text(object, "type").equals(SECRET_TYPE);
    }

    /** The revision in a Secret; empty where it is none that can be read. */
    public static Optional<HelmRelease> of(JsonNode secret) {
        if (!isOne(secret)) {
            return Optional.empty();
        }
        try {
            byte[] once = Base64.getDecoder().decode(Json.text(secret.path("data"), "release"));
            byte[] packed = Base64.getDecoder().decode(once);
            if (!(JSON.readTree(unpacked(packed)) instanceof ObjectNode content)) {
                return Optional.empty();
            }
            JsonNode metadata = content.path("chart").path("metadata");
            return Optional.of(new HelmRelease(
                    Json.text(content, "name"),
                    secret.path("metadata").path("namespace").asText(),
                    content.path("version").asInt(),
                    Json.text(content.path("info"), "status"),
                    Json.text(metadata, "name"),
                    Json.text(metadata, "version"),
                    content));
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static byte[] unpacked(byte[] bytes) throws IOException {
        boolean gzip = bytes.length > 2 && bytes[0] == 0x1f && bytes[1] == (byte) 0x8b;
        if (!gzip) {
            return bytes;
        }
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
            byte[] plain = in.readNBytes(LARGEST + 1);
            if (plain.length > LARGEST) {
                throw new IOException("too large for a release");
            }
            return plain;
        }
    }

    /** Whether an operation on it has not ended: Helm refuses the next one until it has. */
    public boolean pending() {
        return status.startsWith("pending-");
    }

    /** What whoever made the revision said it is for. */
    public String description() {
        return Json.text(content.path("info"), "description");
    }

    /** The values of people, as {@code helm get values}. */
    public ObjectNode values() {
        return content.get("config") instanceof ObjectNode config ? config : Json.object();
    }

    /** The values the chart has by itself. */
    public ObjectNode chartValues() {
        return content.path("chart").get("values") instanceof ObjectNode values ? values : Json.object();
    }

    /** What the chart rendered to, as YAML. */
    public String manifest() {
        return Json.text(content, "manifest");
    }

    /**
     * The chart, put together again from what the release keeps of it.
     *
     * @param yaml writes a tree as YAML
     * @return empty where the chart has dependencies, which a release does not keep
     */
    public Optional<HelmChart> rebuilt(java.util.function.Function<JsonNode, String> yaml) {
        JsonNode kept = content.path("chart");
        if (!kept.path("metadata").path("dependencies").isEmpty()) {
            return Optional.empty();
        }
        Map<String, byte[]> files = new HashMap<>();
        for (String list : java.util.List.of("templates", "files")) {
            for (JsonNode file : kept.path(list)) {
                files.put(Json.text(file, "name"), bytes(file.path("data")));
            }
        }
        files.put("Chart.yaml", utf8(yaml.apply(kept.path("metadata"))));
        files.put("values.yaml", utf8(yaml.apply(chartValues())));
        byte[] schema = bytes(kept.path("schema"));
        if (schema.length > 0) {
            files.put("values.schema.json", schema);
        }
        return Optional.of(new HelmChart(chart, chartVersion, files));
    }

    private static byte[] bytes(JsonNode base64) {
        return base64.isTextual() ? Base64.getDecoder().decode(base64.textValue()) : new byte[0];
    }

    private static byte[] utf8(String text) {
        return text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }

    /** Such as default/calico revision 3, without what it holds: values may be secret. */
    @Override
    public String toString() {
        return namespace + "/" + name + " revision " + revision;
    }
}
