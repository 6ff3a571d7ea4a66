package io.calicofleet.executor.core.merge;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.executor.core.Yaml;
import io.calicofleet.model.release.ManifestDocuments;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Calico's manifests of every release, where their archive lies beside the project; it is unpacked once, into the
 * module's target folder, with the {@code tar} and {@code xz} of the machine.
 */
final class Archive {

    private static final Path FILE = Path.of("../../shared/calico-manifests/all-releases.tar.xz");
    private static final Path CATALOGUE = Path.of("../planner-service/src/main/resources/calico-versions.yaml");
    private static final Pattern SEPARATOR = Pattern.compile("(?m)^---[ \\t]*(?:#.*)?$");
    private static final Pattern DEFINITION = Pattern.compile("(?m)^kind: CustomResourceDefinition\\s*$");
    private static final int CACHED = 250;

    private final Path folder;
    private final List<CalicoVersion> versions;
    private final Map<String, String> upgradesFrom = new LinkedHashMap<>();
    private final Map<String, ManifestDocuments> parsed =
            Collections.synchronizedMap(new LinkedHashMap<>(CACHED, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<String, ManifestDocuments> eldest) {
                    return size() > CACHED;
                }
            });

    private Archive(Path folder) throws IOException {
        this.folder = folder;
        try (Stream<Path> releases = Files.list(folder)) {
            versions = releases.map(
                            release -> CalicoVersion.parse(release.getFileName().toString()))
                    .sorted()
                    .toList();
        }
        for (JsonNode line : Yaml.object(Files.readString(CATALOGUE)).path("releases")) {
            upgradesFrom.put(
                    line.path("line").asText(), line.path("upgradesFrom").asText());
        }
    }

    /** The archive; the test is skipped with a message where it, or what unpacks it, is not there. */
    static Archive open() {
        assumeTrue(Files.exists(FILE), () -> skipped(FILE.toAbsolutePath().normalize() + " is not there"));
        try {
            String stamp =
                    Files.size(FILE) + "-" + Files.getLastModifiedTime(FILE).toMillis();
            Path folder = Path.of("target", "calico-releases-" + stamp);
            if (!Files.exists(folder)) {
                unpack(folder);
            }
            return new Archive(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void unpack(Path folder) throws IOException {
        Path half = Path.of(folder + "-" + ProcessHandle.current().pid());
        Files.createDirectories(half);
        Optional<String> problem = run("tar", "-xJf", FILE.toString(), "-C", half.toString());
        assumeTrue(problem.isEmpty(), () -> skipped("tar cannot unpack it: " + problem.orElseThrow()));
        Files.move(half, folder);
    }

    private static Optional<String> run(String... command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!process.waitFor(5, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                return Optional.of("it takes longer than five minutes");
            }
            return process.exitValue() == 0 ? Optional.empty() : Optional.of("it ends with " + process.exitValue());
        } catch (IOException e) {
            return Optional.of(e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of("interrupted");
        }
    }

    private static String skipped(String why) {
        return "skipped: Calico's releases are not looked at, for " + why;
    }

    List<CalicoVersion> versions() {
        return versions;
    }

    boolean has(CalicoVersion version, String file) {
        return Files.exists(folder.resolve(version.toString()).resolve(file));
    }

    /** The newest release with the file that is later than this one and is as asked for. */
    Optional<CalicoVersion> newest(CalicoVersion after, String file, Predicate<CalicoVersion> asked) {
        return versions.stream()
                .filter(version -> version.compareTo(after) > 0 && has(version, file) && asked.test(version))
                .max(Comparator.naturalOrder());
    }

    /** Whether the catalogue takes an upgrade to this release from that one. */
    boolean allows(CalicoVersion from, CalicoVersion to) {
        String oldest = upgradesFrom.get(to.line());
        return oldest != null && from.compareTo(CalicoVersion.parse(oldest)) >= 0;
    }

    /** The objects of a file but for definitions, whose schemas are most of it and are the release's business. */
    ManifestDocuments manifest(CalicoVersion version, String file) {
        return parsed.computeIfAbsent(
                version + "/" + file,
                key -> read(key, document -> !DEFINITION.matcher(document).find()));
    }

    /** The definitions of a file. */
    ManifestDocuments definitions(CalicoVersion version, String file) {
        return read(
                version + "/" + file, document -> DEFINITION.matcher(document).find());
    }

    private ManifestDocuments read(String file, Predicate<String> wanted) {
        try {
            List<ObjectNode> objects = new ArrayList<>();
            Arrays.stream(SEPARATOR.split(Files.readString(folder.resolve(file))))
                    .filter(wanted)
                    .forEach(document -> Yaml.documents(document).forEach(object -> objects.add((ObjectNode) object)));
            return ManifestDocuments.of(objects);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
