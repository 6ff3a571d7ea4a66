package io.calicofleet.executor.step.plan;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.event.PlannedManifest;
import io.calicofleet.executor.core.helm.HelmCall;
import io.calicofleet.executor.core.merge.Differences;
import io.calicofleet.executor.yaml.Yaml;
import io.calicofleet.model.Digests;
import io.calicofleet.model.release.ManifestDocuments;
import io.calicofleet.model.release.ReleaseFiles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Supplier;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * What the upgrade of a preview would bring as a whole, for others to bring it: the merged manifest, or the values of a chart. What may hold a
 * secret is left out and named, since many read events.
 */
final class Exports {

    private @Nullable Supplier<PlannedManifest> planned;

    /** Null where nothing was brought. */
    @Nullable
    PlannedManifest planned() {
        return planned == null ? null : planned.get();
    }

    /** The objects of the release, merged. */
    void manifest(@Nullable InstallMethod method, String yaml) {
        planned = () -> ofManifest(method, yaml);
    }

    /** The values a chart is installed with. */
    void values(HelmCall call) {
        planned = () -> ofValues(call);
    }

    private static PlannedManifest ofManifest(@Nullable InstallMethod method, String yaml) {
        List<ObjectNode> objects = new ArrayList<>();
        List<String> leftOut = new ArrayList<>();
        ManifestDocuments.of(read(yaml)).objects().forEach((key, object) -> {
            if (key.kind().equals("Secret")) {
                leftOut.add(key.object() + ": it is a Secret");
            } else if (Differences.mayHoldSecret(object)) {
                leftOut.add(key.object() + ": a value of it may be a secret");
            } else {
                objects.add(object);
            }
        });
        String file =
                method == null ? "manifest.yaml" : ReleaseFiles.manifest(method).orElse("manifest.yaml");
        return manifest(file, Yaml.write(objects), leftOut);
    }

    private static PlannedManifest ofValues(HelmCall call) {
        String head = "# helm upgrade " + call.release() + " " + call.chart().name() + " --namespace "
                + call.namespace() + " --version " + call.chart().version() + " --values values.yaml\n";
        return Differences.mayHoldSecret(call.values())
                ? manifest(
                        "values.yaml",
                        head,
                        List.of("the values: one of them may be a secret; helm get values shows them"))
                : manifest("values.yaml", head + Yaml.write(List.of(call.values())), List.of());
    }

    private static PlannedManifest manifest(String file, String text, List<String> leftOut) {
        return new PlannedManifest(
                file, Digests.sha256(text), Base64.getEncoder().encodeToString(packed(text)), leftOut);
    }

    /** A text packed by gzip. */
    static byte[] packed(String text) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(text.getBytes(UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }

    private static List<JsonNode> read(String yaml) {
        try {
            return Yaml.read(yaml);
        } catch (IOException e) {
            throw new UncheckedIOException("what was written as YAML cannot be read", e);
        }
    }
}
