package io.calicofleet.planner.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.model.Digests;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * A report with a digest of each of its parts, and one of all: {@code digests} has the SHA-256 of the canonical JSON (keys in order, no
 * space) of each cluster, event, statement and plan and of what else there is; {@code digest} that of the canonical JSON of {@code digests}. Whoever
 * has noted that one can tell later whether anything was changed, and what.
 */
public final class SealedReport {

    private static final String DIGEST = "digest";
    private static final String DIGESTS = "digests";
    private static final List<Part> PARTS = List.of(
            new Part("clusters", "cluster", cluster -> cluster.path("cluster").asText()),
            new Part("events", "event at offset", event -> event.path("offset").asText()),
            new Part(
                    "statements",
                    "statement of",
                    statement -> statement.path("cluster").asText()),
            new Part("plans", "plan of", SealedReport::plan));

    private final ObjectNode json;

    private SealedReport(ObjectNode json) {
        this.json = json;
    }

    /**
     * A list of the report.
     *
     * @param field its name
     * @param said what an entry is called
     * @param id tells entries apart
     */
    private record Part(String field, String said, Function<JsonNode, String> id) {}

    /** What the planner answers, sealed. */
    public static SealedReport of(JsonNode report) {
        ObjectNode json = report.deepCopy();
        json.remove(List.of(DIGEST, DIGESTS));
        ObjectNode digests = digests(json);
        json.set(DIGESTS, digests);
        json.put(DIGEST, Digests.sha256(canonical(digests)));
        return new SealedReport(json);
    }

    /** One that was sealed before, and may have been changed since. */
    public static SealedReport read(JsonNode json) {
        return new SealedReport(json.isObject() ? (ObjectNode) json : JsonNodeFactory.instance.objectNode());
    }

    /** All of it. */
    public ObjectNode json() {
        return json;
    }

    /** The digest of all, 64 hexadecimal digits; empty where it has none. */
    public String digest() {
        return json.path(DIGEST).asText();
    }

    /** What is not as it was when it was sealed, a sentence each; empty: all is. */
    public List<String> problems() {
        List<String> problems = new ArrayList<>();
        if (!json.path("kind").asText().equals("CampaignReport")) {
            return List.of("It is no report of a campaign.");
        }
        JsonNode sealed = json.path(DIGESTS);
        if (!sealed.isObject() || !Digests.sha256(canonical(sealed)).equals(digest())) {
            problems.add("The list of digests does not match the digest of the report, '" + digest() + "'.");
        }
        ObjectNode body = json.deepCopy();
        body.remove(List.of(DIGEST, DIGESTS));
        ObjectNode now = digests(body);
        if (!sealed.path("campaign").equals(now.path("campaign"))) {
            problems.add("The campaign's status and document do not match their digest.");
        }
        if (!sealed.path("about").equals(now.path("about"))) {
            problems.add("When and by what it was made does not match its digest.");
        }
        for (Part part : PARTS) {
            compare(problems, part, sealed.path(part.field()), now.path(part.field()));
        }
        return problems;
    }

    private static void compare(List<String> problems, Part part, JsonNode sealed, JsonNode now) {
        Set<String> all = new TreeSet<>();
        sealed.fieldNames().forEachRemaining(all::add);
        now.fieldNames().forEachRemaining(all::add);
        for (String id : all) {
            String what = "The " + part.said() + " " + id;
            if (!now.has(id)) {
                problems.add(what + " is missing.");
            } else if (!sealed.has(id)) {
                problems.add(what + " was added.");
            } else if (!sealed.get(id).equals(now.get(id))) {
                problems.add(what + " does not match its digest.");
            }
        }
    }

    private static ObjectNode digests(ObjectNode body) {
        ObjectNode digests = JsonNodeFactory.instance.objectNode();
        ObjectNode about = body.deepCopy();
        about.remove("campaign");
        digests.put("campaign", Digests.sha256(canonical(body.path("campaign"))));
        for (Part part : PARTS) {
            about.remove(part.field());
            ObjectNode entries = digests.putObject(part.field());
            for (JsonNode entry : body.path(part.field())) {
                String id = part.id().apply(entry);
                int times = 1;
                while (entries.has(times == 1 ? id : id + " #" + times)) {
                    times++;
                }
                entries.put(times == 1 ? id : id + " #" + times, Digests.sha256(canonical(entry)));
            }
        }
        digests.put("about", Digests.sha256(canonical(about)));
        return digests;
    }

    private static String plan(JsonNode plan) {
        return plan.path("step").asText() + " " + plan.path("plan").path(DIGEST).asText();
    }

    /** JSON with its keys in order and no space between. */
    static String canonical(JsonNode node) {
        StringBuilder text = new StringBuilder();
        canonical(node, text);
        return text.toString();
    }

    private static void canonical(JsonNode node, StringBuilder text) {
        if (node.isObject()) {
            TreeMap<String, JsonNode> fields = new TreeMap<>();
            node.properties().forEach(field -> fields.put(field.getKey(), field.getValue()));
            text.append('{');
            fields.forEach((name, value) -> {
                text.append(text.charAt(text.length() - 1) == '{' ? "" : ",");
                text.append(JsonNodeFactory.instance.textNode(name)).append(':');
                canonical(value, text);
            });
            text.append('}');
        } else if (node.isArray()) {
            text.append('[');
            for (int i = 0; i < node.size(); i++) {
                text.append(i == 0 ? "" : ",");
                canonical(node.get(i), text);
            }
            text.append(']');
        } else {
            text.append(node.isMissingNode() ? "null" : node.toString());
        }
    }
}
