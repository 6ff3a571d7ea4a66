package io.calicofleet.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.cli.CliException;
import io.calicofleet.cli.client.FleetClient;
import io.calicofleet.cli.output.JsonPath;
import io.calicofleet.cli.output.OutputFormat;
import io.calicofleet.cli.output.Terminal;
import java.util.List;

/** What {@code -o} of {@code get} takes: {@code table}, {@code wide}, {@code name}, {@code json}, {@code yaml}, {@code jsonpath=TEMPLATE}. */
sealed interface Printed {

    /** A table, with more columns where it is wide. */
    record AsTable(boolean wide) implements Printed {}

    /** A name on each line. */
    record AsNames() implements Printed {}

    /** A document. */
    record AsDocument(OutputFormat format) implements Printed {}

    /** What a template says. */
    record AsTemplate(JsonPath path) implements Printed {}

    /** Reads it. */
    static Printed parse(String text) {
        String jsonPath = "jsonpath=";
        if (text.startsWith(jsonPath)) {
            try {
                return new AsTemplate(JsonPath.parse(text.substring(jsonPath.length())));
            } catch (IllegalArgumentException e) {
                throw CliException.usage("-o jsonpath: " + e.getMessage());
            }
        }
        return switch (text) {
            case "table" -> new AsTable(false);
            case "wide" -> new AsTable(true);
            case "name" -> new AsNames();
            case "json" -> new AsDocument(OutputFormat.JSON);
            case "yaml" -> new AsDocument(OutputFormat.YAML);
            default ->
                throw CliException.usage(
                        "-o is '" + text
                                + "': table, wide, name, json, yaml or jsonpath=TEMPLATE, such as jsonpath='{.items[*].cluster}'");
        };
    }

    /** Whether entries are needed whole. */
    default boolean whole() {
        return !(this instanceof AsTable) && !(this instanceof AsNames);
    }

    /**
     * Prints entries.
     *
     * @param single whether one was asked for by its name: then it is the document, else a {@code List} with {@code items}
     */
    default void print(Terminal terminal, Kind kind, ArrayNode entries, boolean single) {
        switch (this) {
            case AsTable table -> {
                if (entries.isEmpty()) {
                    terminal.error("Nothing found.");
                } else {
                    kind.table(entries, table.wide(), terminal).print(terminal);
                }
            }
            case AsNames names -> entries.forEach(entry -> terminal.line(kind.name(entry)));
            case AsDocument document -> document.format().print(terminal, document(entries, single));
            case AsTemplate template -> terminal.document(template.path().print(document(entries, single)));
        }
    }

    /** The lines of a table, for {@code --watch}. */
    default List<String> lines(Terminal terminal, Kind kind, ArrayNode entries) {
        return this instanceof AsTable table
                ? kind.table(entries, table.wide(), terminal).lines(terminal)
                : entries.valueStream().map(kind::name).toList();
    }

    private static JsonNode document(ArrayNode entries, boolean single) {
        if (single && entries.size() == 1) {
            return entries.get(0);
        }
        ObjectNode list =
                FleetClient.body().put("apiVersion", "calico-fleet/v1").put("kind", "List");
        list.set("items", entries);
        return list;
    }
}
