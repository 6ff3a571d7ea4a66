package io.calicofleet.executor.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.executor.core.helm.HelmRelease;
import io.calicofleet.simulator.SimulatedCluster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.zip.GZIPOutputStream;

/** Writes what Helm leaves behind. */
final class HelmReleases {

    private static final ObjectMapper JSON = new ObjectMapper();

    private HelmReleases() {}

    /** The next revision of a release, pending: a Helm that was killed after its first write. */
    static void pending(SimulatedCluster cluster, HelmRelease before, int revision, String chartVersion) {
        ObjectNode content = before.content().deepCopy();
        content.put("version", revision);
        content.withObject("/info").put("status", "pending-upgrade");
        content.withObject("/chart/metadata").put("version", chartVersion);
        ObjectNode secret = JSON.createObjectNode();
        secret.put("apiVersion", "v1").put("kind", "Secret").put("type", HelmRelease.SECRET_TYPE);
        ObjectNode metadata = secret.putObject("metadata");
        metadata.put("namespace", before.namespace());
        metadata.put("name", "sh.helm.release.v1." + before.name() + ".v" + revision);
        metadata.putObject("labels")
                .put("owner", "helm")
                .put("name", before.name())
                .put("status", "pending-upgrade")
                .put("version", String.valueOf(revision));
        String once = Base64.getEncoder().encodeToString(gzip(content.toString()));
        secret.putObject("data")
                .put("release", Base64.getEncoder().encodeToString(once.getBytes(StandardCharsets.UTF_8)));
        cluster.create(secret);
    }

    static ObjectNode json(String text) {
        try {
            return (ObjectNode) JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] gzip(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
