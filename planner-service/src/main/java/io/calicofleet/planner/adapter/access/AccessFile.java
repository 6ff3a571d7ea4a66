package io.calicofleet.planner.adapter.access;

import io.calicofleet.model.document.WrittenDocument;
import io.calicofleet.model.document.WrittenYaml;
import io.calicofleet.planner.core.access.Access;
import io.calicofleet.planner.core.access.AccessReader;
import io.calicofleet.planner.core.document.Problem;
import io.calicofleet.planner.core.document.Reading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/** The file that says who has which role. */
public final class AccessFile {

    private AccessFile() {}

    /** It cannot be read, or is wrong; the message has every problem, with its line. */
    public static final class WrongFileException extends RuntimeException {
        WrongFileException(String message) {
            super(message, null, false, false);
        }
    }

    /**
     * Reads it.
     *
     * @throws WrongFileException where it cannot be read or is wrong
     */
    public static Access read(Path file) {
        try {
            return switch (WrittenYaml.read(Files.readAllBytes(file))) {
                case WrittenYaml.Unreadable fault ->
                    throw new WrongFileException(file + ":" + fault.line() + ": is no YAML: " + fault.message());
                case WrittenYaml.Documents read -> read(file, read.documents());
            };
        } catch (IOException e) {
            throw new WrongFileException(file + " cannot be read: " + e.getMessage());
        }
    }

    private static Access read(Path file, List<WrittenDocument> documents) {
        if (documents.size() != 1) {
            throw new WrongFileException(file + " holds " + documents.size() + " documents, not one");
        }
        WrittenDocument document = documents.getFirst();
        return switch (AccessReader.read(document.tree())) {
            case Reading.Read<Access> read -> read.value();
            case Reading.Refused<Access> refused ->
                throw new WrongFileException(file + " is wrong:\n"
                        + refused.problems().stream()
                                .map(problem -> located(document, problem))
                                .map(problem -> "  " + problem)
                                .collect(Collectors.joining("\n")));
        };
    }

    private static Problem located(WrittenDocument document, Problem problem) {
        OptionalInt line = document.line(problem.field());
        return line.isPresent() ? problem.in(line.getAsInt()) : problem;
    }
}
