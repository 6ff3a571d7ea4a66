package io.calicofleet.event;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the source of a type says of it and of its components, in the words of a schema: what is null in Java is absent there. */
final class Javadoc {

    private static final Path SOURCES = Path.of("src/main/java/io/calicofleet/event");

    private final String sentence;
    private final Map<String, String> components = new HashMap<>();

    private Javadoc(String comment) {
        String[] parts = comment.split("\\s@param ", -1);
        this.sentence = plain(parts[0].split("(?<=\\.)\\s|<p>|@", 2)[0]);
        for (int i = 1; i < parts.length; i++) {
            String[] said = parts[i].split("\\s@", 2)[0].strip().split("\\s+", 2);
            components.put(said[0], said.length == 2 ? plain(said[1]) : "");
        }
    }

    static Javadoc of(Class<?> type) throws IOException {
        String source = Files.readString(SOURCES.resolve(type.getSimpleName() + ".java"));
        Matcher comment = Pattern.compile(
                        "/\\*\\*((?:(?!\\*/).)*)\\*/\\s*(?:@\\w+(?:\\([^)]*\\))?\\s*)*public (?:record|enum) "
                                + type.getSimpleName(),
                        Pattern.DOTALL)
                .matcher(source);
        return new Javadoc(comment.find() ? comment.group(1).replaceAll("\\n\\s*\\* ?", "\n") : "");
    }

    /** The first sentence. */
    String sentence() {
        return sentence;
    }

    /** What it says of a component; empty where it says nothing. */
    String component(String name) {
        return components.getOrDefault(name, "");
    }

    private static String plain(String text) {
        String plain = text.strip()
                .replaceAll("\\s+", " ")
                .replaceAll("\\{@(?:code|link) #?([^}]*)\\}", "$1")
                .replaceAll("\\bnull(?=:| where|$)", "absent");
        return plain.isEmpty()
                ? ""
                : Character.toUpperCase(plain.charAt(0)) + plain.substring(1) + (plain.endsWith(".") ? "" : ".");
    }
}
