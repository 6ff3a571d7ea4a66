package io.calicofleet.runtime;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** Files that people write for a service, YAML: what is unknown, or is there twice, is refused with its place. */
public final class SettingsFile {

    private static final YAMLMapper YAML = new YAMLMapper(YAMLFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build());

    static {
        YAML.enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    }

    private SettingsFile() {}

    /** A file that cannot be used; the message says what is wrong, where, and what would be right. */
    public static final class WrongFileException extends Exception {

        private static final long serialVersionUID = 1;

        public WrongFileException(String message) {
            super(message);
        }
    }

    /**
     * What a file holds; empty where it is blank.
     *
     * @param what it is a file of, for messages
     * @throws WrongFileException where it cannot be read as that
     */
    public static <T> Optional<T> read(Path file, String what, Class<T> type) throws WrongFileException {
        try {
            String text = Files.readString(file);
            return text.isBlank() ? Optional.empty() : Optional.ofNullable(YAML.readValue(text, type));
        } catch (NoSuchFileException e) {
            throw new WrongFileException("There is no file of " + what + " at " + file + ".");
        } catch (UnrecognizedPropertyException e) {
            throw new WrongFileException(
                    file + ", line " + Math.max(line(file, place(e)), 1) + ": " + place(e) + " is unknown; there are "
                            + e.getKnownPropertyIds().stream()
                                    .map(Object::toString)
                                    .sorted()
                                    .collect(joining(", ")) + ".");
        } catch (JsonMappingException e) {
            throw new WrongFileException(file + ", line " + Math.max(line(file, place(e)), 1) + ": " + place(e) + ": "
                    + e.getOriginalMessage());
        } catch (JsonProcessingException e) {
            throw new WrongFileException(file + ", line " + line(e) + ": no YAML: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new WrongFileException(file + " cannot be read: " + e);
        }
    }

    /**
     * What is wrong with a field that can be read.
     *
     * @param field such as {@code keys[2].clusters}; empty: the file as a whole
     * @param what is wrong with it; the end of a sentence that begins with the field
     */
    public static WrongFileException wrong(Path file, String field, String what) {
        long line = line(file, field);
        return new WrongFileException(
                file + (line > 0 ? ", line " + line : "") + ": " + (field.isEmpty() ? "it" : field) + " " + what);
    }

    /** Where a field begins; 0 where it is not there. */
    private static long line(Path file, String field) {
        try (JsonParser parser = YAML.createParser(Files.readString(file))) {
            while (parser.nextToken() != null) {
                String at = parser.getParsingContext()
                        .pathAsPointer()
                        .toString()
                        .replaceAll("/([0-9]+)(?=/|$)", "[$1]")
                        .replace('/', '.')
                        .replaceFirst("^[.]", "");
                if (!field.isEmpty() && at.equals(field)) {
                    return parser.currentTokenLocation().getLineNr();
                }
            }
        } catch (IOException e) {
            return 0;
        }
        return 0;
    }

    /** Such as {@code keys[2].clusters}. */
    private static String place(JsonMappingException e) {
        return e.getPath().stream()
                .map(part -> part.getFieldName() == null ? "[" + part.getIndex() + "]" : "." + part.getFieldName())
                .collect(joining())
                .replaceFirst("^[.]", "");
    }

    private static long line(JsonProcessingException e) {
        return e.getLocation() == null ? 1 : e.getLocation().getLineNr();
    }
}
