package io.calicofleet.cli.rehearse;

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
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Files with objects of Kubernetes, as {@code kubectl apply -f} takes them or {@code kubectl get -o yaml} writes them. */
final class ManifestFile {

    private static final int LARGEST = 64 * 1024 * 1024;
    private static final Pattern LINE = Pattern.compile("(not YAML: )line (\\d+): (.*)", Pattern.DOTALL);

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
            Matcher line = LINE.matcher(String.valueOf(e.getMessage()));
            throw CliException.usage(
                    line.matches()
                            ? name + ":" + line.group(2) + ": " + line.group(1) + line.group(3)
                            : name + ": " + e.getMessage());
        }
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
