package io.calicofleet.executor.core.merge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.model.Json;
import io.calicofleet.model.release.ObjectKey;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Keeps secrets out of events, which many read: the data of Secrets, what has a name that smells of a secret, and the
 * password in a URL. References to a Secret are no secret.
 */
final class Redaction {

    /** What stands for a hidden value. */
    private static final String HIDDEN = "(hidden)";

    private static final Pattern NAME = Pattern.compile(
            "(?i)passw|passphrase|secret|token|credential|(private|api|access|encryption|client)[-_.]?key\\b|bearer");
    private static final Pattern REFERENCE = Pattern.compile("(?i)(ref|name|file|path|secrets|dir)$");
    private static final Pattern CONTENT =
            Pattern.compile("(?i)://[^/\\s:@]*:[^/\\s@]+@|-----BEGIN [A-Z ]*PRIVATE KEY|(password|token|secret)=\\S");
    /** Where people choose the names; elsewhere a field called secret is Kubernetes' own. */
    private static final Pattern NAMED = Pattern.compile("env\\[|^data|^metadata\\.annotations");

    /** {@code name: value}, be it of YAML or JSON. */
    private static final Pattern PAIR =
            Pattern.compile("(?<before>([\"']?)(?<name>[A-Za-z_][\\w.-]*)\\2[ \\t]*:(?:[ \\t]+|(?=[\"'])))"
                    + "(?<value>\"[^\"\\n]*\"|'[^'\\n]*'|[^\\s,}\\]{\\[][^,}\\]\\n]*)");

    /** What somebody fills in later, or refers to. */
    private static final Pattern PLACEHOLDER =
            Pattern.compile("[\"']?(__\\w+__|\\$\\S*|<[^>]*>|true|false|null|~|\"\"|'')?[\"']?");

    private static final Pattern BLOCK = Pattern.compile("[|>][+-]?\\d*\\s*");

    private static final Pattern LAST = Pattern.compile("(?:^|[.\\[])([^.\\[\\]]+)\\]?(?:\\.value)?$");

    private Redaction() {}

    /** The value as JSON for an event: empty where absent, hidden where it may be secret. */
    static String text(ObjectKey object, FieldPath path, @Nullable JsonNode value) {
        return value == null ? "" : TextDocument.shown(tree(object, path, value));
    }

    /** The value for an event, of the same form as far as it is not hidden. */
    static JsonNode tree(ObjectKey object, FieldPath path, JsonNode value) {
        boolean secretData = object.kind().equals("Secret") && path.text().matches("(data|stringData).*");
        boolean named = NAMED.matcher(path.text()).find();
        return secretData || (named && isSecretName(lastName(path.text())))
                ? Json.NODES.textNode(HIDDEN)
                : redact(value, "");
    }

    /** The value as JSON, with what may be secret in it hidden. */
    static String redacted(JsonNode value) {
        return TextDocument.shown(redact(value));
    }

    /** The value of the same form, with what may be secret in it hidden. */
    static JsonNode redact(JsonNode value) {
        return redact(value, "");
    }

    private static JsonNode redact(JsonNode value, String name) {
        return switch (value) {
            case ObjectNode object -> {
                ObjectNode copy = Json.object();
                String owner = Json.text(object, "name");
                object.properties().forEach(field -> {
                    String key = field.getKey();
                    copy.set(key, redact(field.getValue(), key.equals("value") ? owner : key));
                });
                yield copy;
            }
            case ArrayNode list -> {
                ArrayNode copy = Json.NODES.arrayNode();
                list.forEach(entry -> copy.add(redact(entry, name)));
                yield copy;
            }
            default ->
                isSecretName(name) || CONTENT.matcher(value.asText()).find()
                        ? Json.NODES.textNode(HIDDEN)
                        : value.isTextual() ? Json.NODES.textNode(inText(value.textValue())) : value;
        };
    }

    /** A text with the values of secret names hidden, such as a file of YAML or JSON in a ConfigMap. */
    private static String inText(String text) {
        Matcher pair = PAIR.matcher(text);
        StringBuilder hidden = new StringBuilder();
        while (pair.find()) {
            boolean secret = isSecretName(pair.group("name"))
                    && !PLACEHOLDER.matcher(pair.group("value")).matches();
            if (secret && BLOCK.matcher(pair.group("value")).matches()) {
                return HIDDEN; // It goes on in the next lines.
            }
            pair.appendReplacement(
                    hidden, Matcher.quoteReplacement(secret ? pair.group("before") + HIDDEN : pair.group()));
        }
        return pair.appendTail(hidden).toString();
    }

    private static boolean isSecretName(String name) {
        return NAME.matcher(name).find() && !REFERENCE.matcher(name).find();
    }

    private static String lastName(String path) {
        Matcher matcher = LAST.matcher(path);
        return matcher.find() ? matcher.group(1) : "";
    }
}
