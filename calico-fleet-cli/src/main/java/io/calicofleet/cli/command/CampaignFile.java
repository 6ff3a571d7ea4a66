package io.calicofleet.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.cli.CliException;
import io.calicofleet.cli.client.Problem;
import io.calicofleet.kafka.EventJson;
import io.calicofleet.model.document.WrittenDocument;
import io.calicofleet.model.document.WrittenYaml;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** A campaign's YAML (or JSON) file: its document, and the lines its fields stand in. */
public final class CampaignFile {

    private final String name;
    private final WrittenDocument written;

    private CampaignFile(String name, WrittenDocument written) {
        this.name = name;
        this.written = written;
    }

    /**
     * Reads a file; {@code -} is standard input.
     *
     * @throws CliException where it cannot be read or is no YAML within the bounds; the message names the line
     */
    public static CampaignFile read(String file) {
        String name = file.equals("-") ? "standard input" : file;
        try (InputStream bytes = file.equals("-") ? System.in : Files.newInputStream(Path.of(file))) {
            byte[] content = bytes.readNBytes(WrittenYaml.MAX_CHARACTERS + 1);
            if (content.length > WrittenYaml.MAX_CHARACTERS) {
                throw CliException.usage(name + " is larger than " + WrittenYaml.MAX_CHARACTERS / (1024 * 1024)
                        + " MiB: is it a campaign file?");
            }
            return parse(name, WrittenYaml.read(content));
        } catch (NoSuchFileException e) {
            throw CliException.usage("there is no file " + file);
        } catch (IOException e) {
            throw CliException.usage("cannot read " + file + ": " + e.getMessage());
        }
    }

    static CampaignFile parse(String name, String text) {
        return parse(name, WrittenYaml.read(text));
    }

    private static CampaignFile parse(String name, WrittenYaml yaml) {
        List<WrittenDocument> documents = switch (yaml) {
            case WrittenYaml.Documents read -> read.documents();
            case WrittenYaml.Unreadable fault ->
                throw CliException.usage(name + ":" + fault.line() + ": not a campaign in YAML: " + fault.message());
        };
        if (documents.size() != 1 || !(documents.getFirst().tree() instanceof Map)) {
            throw CliException.usage(name + " holds "
                    + (documents.isEmpty()
                            ? "nothing"
                            : documents.size() == 1 ? "no fields" : documents.size() + " documents")
                    + ": one campaign is expected, with apiVersion, kind, name, target and clusters");
        }
        return new CampaignFile(name, documents.getFirst());
    }

    /** What it says. */
    public JsonNode document() {
        return EventJson.mapper().valueToTree(written.tree());
    }

    /** {@code file:line} of a field the server complained about, or of what is nearest to it. */
    public String at(String field) {
        OptionalInt line = line(field);
        return line.isPresent() ? name + ":" + line.getAsInt() : name;
    }

    /** The line of {@code waves[0].clusters.percent} or {@code /waves/0/clusters/percent}, counted from 1. */
    OptionalInt line(String field) {
        return written.line(field);
    }

    /** The same problem, its fields in the order of the file; first those the file does not have. */
    public Problem inOrder(Problem problem) {
        List<Problem.FieldProblem> fields = new ArrayList<>(problem.fields());
        fields.sort(Comparator.comparingInt(field -> line(field.field()).orElse(0)));
        return new Problem(problem.status(), problem.title(), problem.detail(), fields);
    }
}
