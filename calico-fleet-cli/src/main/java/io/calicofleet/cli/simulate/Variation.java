package io.calicofleet.cli.simulate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.calicofleet.cli.CliException;
import io.calicofleet.cli.client.FleetClient;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A campaign file with one field otherwise.
 *
 * @param text as it was written, such as {@code maxConcurrent=10%}
 */
public record Variation(String text) {

    private static final Pattern FORM = Pattern.compile("([A-Za-z][A-Za-z.\\[\\]0-9]*)=(.+)", Pattern.DOTALL);
    private static final Pattern PART = Pattern.compile("([A-Za-z]+)|\\[(\\d{1,4})]");

    /**
     * The document with the field set; the value is YAML.
     *
     * @throws CliException where it has another form, or leads to an entry of a list that is not there
     */
    public JsonNode applyTo(JsonNode document) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw CliException.usage(
                    "--with is '" + text + "': a field of the campaign and its value, such as maxConcurrent=10% or"
                            + " failureBudget.maxFailures=3");
        }
        ObjectNode copy = document.deepCopy();
        JsonNode value = value(form.group(2));
        JsonNode at = copy;
        Matcher parts = PART.matcher(form.group(1));
        boolean more = parts.find();
        while (more) {
            String name = parts.group(1);
            int number = name == null ? Integer.parseInt(parts.group(2)) : -1;
            more = parts.find();
            at = more ? into(at, name, number) : set(at, name, number, value);
        }
        return copy;
    }

    private JsonNode into(JsonNode at, String name, int number) {
        if (name == null) {
            return entries(at, number).get(number);
        }
        JsonNode child = at.get(name);
        return child != null ? child : object(at).putObject(name);
    }

    private JsonNode set(JsonNode at, String name, int number, JsonNode value) {
        if (name == null) {
            entries(at, number).set(number, value);
        } else {
            object(at).set(name, value);
        }
        return at;
    }

    private ObjectNode object(JsonNode at) {
        if (at instanceof ObjectNode object) {
            return object;
        }
        throw CliException.usage("--with " + text + ": there is no object of the campaign that has such a field");
    }

    private ArrayNode entries(JsonNode at, int number) {
        if (at instanceof ArrayNode list && number < list.size()) {
            return list;
        }
        throw CliException.usage("--with " + text + ": the campaign has no entry [" + number + "] there");
    }

    private JsonNode value(String yaml) {
        try {
            JsonNode read = new YAMLMapper().readTree(yaml);
            return read == null ? FleetClient.body().nullNode() : read;
        } catch (IOException e) {
            throw CliException.usage("--with " + text + ": the value is no YAML");
        }
    }
}
