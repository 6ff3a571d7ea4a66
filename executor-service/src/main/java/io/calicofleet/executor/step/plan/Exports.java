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
import io.calicofleet.model.Json;
import io.calicofleet.model.release.ManifestDocuments;
import io.calicofleet.model.release.ReleaseFiles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * What the upgrade of a preview would bring as a whole, for others to bring it: the merged manifest, or the values of a chart. What may hold a
 * secret is left out and named, since many read events.
 */
final class Exports {

    private @Nullable Function<Overlay, PlannedManifest> planned;

    /** Null where nothing was brought; {@code written} has what was. */
    @Nullable
    PlannedManifest planned(Overlay written) {
        return planned == null ? null : planned.apply(written);
    }

    /** The objects of the release, merged. */
    void manifest(@Nullable InstallMethod method, String yaml) {
        planned = written -> ofManifest(method, yaml, written);
    }

    /** The values a chart is installed with. */
    void values(HelmCall call) {
        planned = written -> ofValues(call);
    }

    private static PlannedManifest ofManifest(@Nullable InstallMethod method, String yaml, Overlay written) {
        List<ObjectNode> objects = new ArrayList<>();
        List<String> leftOut = new ArrayList<>();
        ManifestDocuments.of(read(yaml)).objects().forEach((key, object) -> {
            if (key.kind().equals("Secret")) {
                leftOut.add(key.object() + ": it is a Secret");
            } else if (Differences.mayHoldSecret(object)) {
                leftOut.add(key.object() + ": a value of it may be a secret");
            } else {
                objects.add(toApply(object, written.written(key)));
            }
        });
        String file =
                method == null ? "manifest.yaml" : ReleaseFiles.manifest(method).orElse("manifest.yaml");
        return manifest(file, Yaml.write(objects), leftOut);
    }

    /** Who applies it cannot say false by leaving it out: a definition of v1beta1 keeps unknown fields until that is said. */
    private static ObjectNode toApply(ObjectNode manifest, Optional<ObjectNode> write) {
        write.map(object -> object.at("/spec/preserveUnknownFields"))
                .filter(said -> said.isBoolean() && !said.booleanValue())
                .ifPresent(said -> Json.child(manifest, "spec").set("preserveUnknownFields", said));
        return manifest;
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
