package io.calicofleet.executor.core.merge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.OnConflict;
import io.calicofleet.executor.core.Yaml;
import io.calicofleet.model.Json;
import io.calicofleet.model.release.ManifestDocuments;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * One folder per case under {@code src/test/resources/merge}: {@code base.yaml} (may be absent), {@code live.yaml},
 * {@code target.yaml}; expected are {@code merged.yaml} (the manifests), {@code findings.yaml} (what is done, kept and in
 * conflict) and, where there is one, {@code write.yaml} (what is written, but for the last-applied annotation). The name
 * of the folder may end in {@code .keep-mine} or {@code .take-new}.
 *
 * <p>{@code -Dgolden.update=true} writes what comes out over what is expected; read the diff before you commit it.
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class GoldenMergeTest {

    private static final Path CASES = Path.of("src/test/resources/merge");

    @TestFactory
    Stream<DynamicTest> merges_as_its_golden_folder_says() throws IOException {
        try (Stream<Path> folders = Files.list(CASES)) {
            List<Path> cases = folders.filter(Files::isDirectory).sorted().toList();
            assertThat(cases).as("golden folders").hasSizeGreaterThan(20);
            return cases.stream()
                    .map(folder -> DynamicTest.dynamicTest(folder.getFileName().toString(), () -> check(folder)));
        }
    }

    private static void check(Path folder) throws IOException {
        MergePlan plan =
                ManifestMerge.plan(read(folder, "base"), read(folder, "live"), read(folder, "target"), rule(folder));
        expect(folder.resolve("merged.yaml"), manifests(plan));
        expect(folder.resolve("findings.yaml"), Yaml.text(findings(plan)));
        if (Files.exists(folder.resolve("write.yaml"))) {
            expect(folder.resolve("write.yaml"), writes(plan));
        }
    }

    private static ManifestDocuments read(Path folder, String name) {
        return ManifestDocuments.of(Yaml.documents(folder.resolve(name + ".yaml")));
    }

    private static OnConflict rule(Path folder) {
        String name = folder.getFileName().toString();
        return name.contains(".") ? OnConflict.parse(name.substring(name.indexOf('.') + 1)) : OnConflict.HOLD;
    }

    private static String manifests(MergePlan plan) {
        return plan.objects().stream()
                .filter(object -> object.manifest() != null)
                .map(object -> Yaml.text(object.manifest()))
                .collect(Collectors.joining("---\n"));
    }

    private static String writes(MergePlan plan) {
        return plan.changes().stream()
                .map(object -> {
                    ObjectNode write = Objects.requireNonNull(object.write()).deepCopy();
                    Json.child(Json.child(write, "metadata"), "annotations").remove(LastApplied.ANNOTATION);
                    return Yaml.text(write);
                })
                .collect(Collectors.joining("---\n"));
    }

    private static ObjectNode findings(MergePlan plan) {
        ObjectNode findings = Json.object();
        plan.objects().forEach(object -> {
            ObjectNode found = findings.putObject(object.key().object())
                    .put("action", object.action().name());
            lines(
                    found,
                    "kept",
                    object.customisations().stream()
                            .map(kept -> kept.path() + " = " + (kept.value().isEmpty() ? "(removed)" : kept.value())));
            lines(
                    found,
                    "conflicts",
                    object.conflicts().stream()
                            .map(conflict -> conflict.path() + ": base " + conflict.base() + ", mine " + conflict.mine()
                                    + ", target " + conflict.target() + ": " + conflict.why() + " "
                                    + conflict.answers()));
            lines(found, "notes", object.notes().stream());
            lines(found, "images", object.images().stream());
        });
        return findings;
    }

    private static void lines(ObjectNode parent, String name, Stream<String> lines) {
        ArrayNode list = Json.NODES.arrayNode();
        lines.forEach(list::add);
        if (!list.isEmpty()) {
            parent.set(name, list);
        }
    }

    private static void expect(Path file, String actual) throws IOException {
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(file, actual);
        }
        assertThat(Yaml.documents(actual)).as(file.toString()).isEqualTo(Yaml.documents(file));
    }
}
