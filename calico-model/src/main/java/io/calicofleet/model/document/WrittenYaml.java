package io.calicofleet.model.document;

import static java.util.Objects.requireNonNull;

import java.util.List;

/** What came of reading a text that a person wrote. */
public sealed interface WrittenYaml permits WrittenYaml.Documents, WrittenYaml.Unreadable {

    /** The most characters a text may have: a campaign that names ten thousand clusters has some hundred thousand. */
    int MAX_CHARACTERS = 4 * 1024 * 1024;

    /** The most levels of lists and objects within each other; a campaign has six. */
    int MAX_DEPTH = 32;

    /** Reads a text; never throws for what it may hold. */
    static WrittenYaml read(String text) {
        return YamlReader.read(text);
    }

    /** Reads a text in UTF-8; never throws for what it may hold. */
    static WrittenYaml read(byte[] text) {
        return YamlReader.read(text);
    }

    /**
     * It is YAML within the bounds.
     *
     * @param documents those that hold something
     */
    record Documents(List<WrittenDocument> documents) implements WrittenYaml {

        public Documents {
            documents = List.copyOf(documents);
        }
    }

    /**
     * It is not.
     *
     * @param line where, counted from 1
     * @param column where in the line, counted from 1
     * @param message what is wrong there and what would be right; has no control characters
     */
    record Unreadable(int line, int column, String message) implements WrittenYaml {

        public Unreadable {
            requireNonNull(message, "message");
        }
    }
}
