package io.calicofleet.cli.rehearse;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.cli.CliException;
import io.calicofleet.simulator.GivenObjects;
import io.calicofleet.simulator.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Files with objects of Kubernetes, as {@code kubectl apply -f} takes them or {@code kubectl get -o yaml} writes them. */
final class ManifestFile {

    private static final int LARGEST = 64 * 1024 * 1024;

    private ManifestFile() {}

    /**
     * The objects of all the files; {@code -} is standard input.
     *
     * @throws CliException where one cannot be read, is no YAML, or holds anything else; the message says where
     */
    static GivenObjects read(List<String> files) {
        List<JsonNode> all = new ArrayList<>();
        files.forEach(file -> all.addAll(objects(file)));
        return GivenObjects.of(all);
    }

    private static List<? extends JsonNode> objects(String file) {
        String name = file.equals("-") ? "standard input" : file;
        try {
            List<JsonNode> documents = Json.yamlDocuments(text(file, name));
            GivenObjects given = GivenObjects.of(documents);
            if (given.objects().isEmpty()) {
                throw CliException.usage(
                        name + " holds no objects of Kubernetes: a manifest is expected, as kubectl apply takes it"
                                + " or kubectl get -o yaml writes it");
            }
            return given.objects();
        } catch (IllegalArgumentException e) {
            throw CliException.usage(
                    e.getCause() instanceof JsonProcessingException fault
                            ? noYaml(name, fault)
                            : name + ": " + e.getMessage());
        }
    }

    /** The parser's message has a sentence first, and then its place and the text around it. */
    private static String noYaml(String name, JsonProcessingException fault) {
        JsonLocation location = fault.getLocation();
        String[] lines = fault.getOriginalMessage().split("\n", -1);
        String said = lines.length > 2 && !lines[2].isBlank() && !lines[2].startsWith(" ")
                ? lines[0] + ", " + lines[2]
                : lines[0];
        return name + (location == null ? "" : ":" + location.getLineNr()) + ": not YAML: " + said.strip();
    }

    private static String text(String file, String name) {
        try (InputStream bytes = file.equals("-") ? System.in : Files.newInputStream(Path.of(file))) {
            byte[] content = bytes.readNBytes(LARGEST + 1);
            if (content.length > LARGEST) {
                throw CliException.usage(
                        name + " is larger than " + LARGEST / (1024 * 1024) + " MiB: is it a manifest?");
            }
            return new String(content, StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            throw CliException.usage("there is no file " + file);
        } catch (IOException e) {
            throw CliException.usage("cannot read " + file + ": " + e.getMessage());
        }
    }
}
