package io.calicofleet.cli.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.EventType;
import io.calicofleet.fuzz.ByteMutator;
import io.calicofleet.fuzz.Foreign;
import io.calicofleet.fuzz.Samples;
import io.calicofleet.fuzz.TreeMutator;
import io.calicofleet.fuzz.YamlMutator;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Makes requests to the planner's REST API out of its own description: every path and operation, with wrong methods, types, queries, names,
 * headers and bodies. None asks for anything to be done to a cluster that is there. The same seed makes the same requests. Not
 * thread-safe.
 */
final class WrongRequests {

    private static final List<String> METHODS =
            List.of("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "get", "BREW", "CONNECT");
    private static final List<String> TYPES = List.of(
            "application/json",
            "application/yaml",
            "application/x-yaml",
            "text/plain",
            "application/xml",
            "*/*",
            "application/json; charset=utf-16",
            "application/json;;;",
            "/",
            "application/problem+json",
            "text/event-stream",
            "multipart/form-data",
            "application/vnd.api+yaml",
            "\u00e9");
    private static final List<EventType> TYPES_OF_EVENTS = List.of(EventType.values());
    private static final List<String> SEGMENTS = List.of(
            "",
            ".",
            "..",
            "%2e%2e",
            "%2f",
            "%00",
            "%ff",
            "%c0%80",
            "%zz",
            "%",
            "a%20b",
            ";x=1",
            "\u00e9",
            "*",
            "{name}",
            "-",
            "A",
            "a.b",
            "%0d%0aX:%201",
            "clusters",
            "archive",
            "..;");
    private static final List<String> HEADERS = List.of(
            "X-Forwarded-User",
            "If-Match",
            "If-None-Match",
            "If-Modified-Since",
            "If-Unmodified-Since",
            "If-Range",
            "Range",
            "Accept",
            "Accept-Encoding",
            "Accept-Charset",
            "Accept-Language",
            "Last-Event-ID",
            "traceparent",
            "Expect",
            "Content-Encoding",
            "X-HTTP-Method-Override",
            "X-Forwarded-Host",
            "Origin",
            "Cookie",
            "Upgrade",
            "Authorization",
            "TE",
            "Connection",
            "Access-Control-Request-Method");
    private static final List<String> VALUES = List.of(
            "",
            "*",
            "\"x\"",
            "W/\"\"",
            "bytes=0-",
            "bytes=9-1",
            "Thu, 99 Foo 2026",
            "gzip",
            "br;q=2",
            "100-continue",
            "200-maybe",
            "\u00e9\u00ff",
            "a\tb",
            "00-" + "0".repeat(32) + "-" + "0".repeat(16) + "-00",
            "websocket",
            "h2c",
            "text/event-stream",
            "application/yaml;q=0",
            ",,,",
            "null");

    private final Samples samples;
    private final Foreign foreign;
    private final String token;
    private final Random random;
    private final TreeMutator trees;
    private final YamlMutator yaml;
    private final ByteMutator bytes;
    private final List<Operation> operations = new ArrayList<>();

    /**
     * A request.
     *
     * @param operation what it was made of; null: no operation of ours
     * @param wellFormed whether it is HTTP at all
     */
    @SuppressWarnings("ArrayRecordComponent") // read where it was made, and compared by nobody
    record Request(byte[] bytes, String method, @Nullable Operation operation, boolean wellFormed) {}

    /**
     * What the description has.
     *
     * @param statuses the answers it names
     */
    record Operation(String method, String path, List<String> statuses) {
        Operation {
            statuses = List.copyOf(statuses);
        }
    }

    /** Most are sent by whoever {@code token} is of. */
    WrongRequests(JsonNode description, Samples samples, Foreign foreign, String token, long seed) {
        this.token = token;
        this.samples = samples;
        this.foreign = foreign;
        this.random = new Random(seed);
        this.trees = new TreeMutator(random);
        this.yaml = new YamlMutator(random);
        this.bytes = new ByteMutator(random);
        description
                .path("paths")
                .properties()
                .forEach(path -> path.getValue().properties().forEach(operation -> {
                    List<String> statuses = new ArrayList<>();
                    operation.getValue().path("responses").fieldNames().forEachRemaining(statuses::add);
                    if (!statuses.isEmpty()) {
                        operations.add(
                                new Operation(operation.getKey().toUpperCase(Locale.ROOT), path.getKey(), statuses));
                    }
                }));
    }

    List<Operation> operations() {
        return List.copyOf(operations);
    }

    Request next() {
        Operation operation = operations.get(random.nextInt(operations.size()));
        boolean right = random.nextInt(8) > 0;
        String method = right ? operation.method() : METHODS.get(random.nextInt(METHODS.size()));
        boolean changes = !method.equals("GET") && !method.equals("HEAD") && !method.equals("OPTIONS");
        String path = path(operation.path(), changes) + query(operation.path());
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        text(request, method + " " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n");
        if (random.nextInt(50) > 0) {
            text(request, "Authorization: Bearer " + token + "\r\n");
        }
        byte[] body = changes || random.nextInt(20) == 0 ? body(operation.path(), request) : new byte[0];
        int headers = random.nextInt(3);
        for (int i = 0; i < headers; i++) {
            String name = HEADERS.get(random.nextInt(HEADERS.size()));
            String value = random.nextInt(30) == 0
                    ? "v".repeat(random.nextInt(20_000))
                    : VALUES.get(random.nextInt(VALUES.size()));
            text(request, name + ": " + value + "\r\n");
        }
        if (body.length > 0 || changes) {
            text(request, "Content-Length: " + body.length + "\r\n");
        }
        text(request, "\r\n");
        request.writeBytes(body);
        if (random.nextInt(100) == 0) {
            byte[] broken = bytes.mutated(request.toByteArray());
            return new Request(changes ? harmless(broken) : broken, method, null, false);
        }
        return new Request(request.toByteArray(), method, right ? operation : null, true);
    }

    /** A changed byte might name a cluster that is there: nobody changes these. */
    private byte[] harmless(byte[] request) {
        String text = new String(request, ISO_8859_1);
        return foreign.healthy().stream().anyMatch(text::contains) || text.contains("all:") || text.contains("\"all\"")
                ? "BROKEN\r\n\r\n".getBytes(UTF_8)
                : request;
    }

    private String path(String template, boolean changes) {
        StringBuilder path = new StringBuilder();
        for (String segment : template.substring(1).split("/", -1)) {
            path.append('/');
            if (segment.equals("{action}")) {
                List<String> actions =
                        List.of("pause", "resume", "abort", "approve", "retry", "skip", "take-over", "explode", "");
                path.append(actions.get(random.nextInt(actions.size())));
            } else if (segment.startsWith("{")) {
                path.append(name(template, segment, changes));
            } else {
                path.append(random.nextInt(60) == 0 ? SEGMENTS.get(random.nextInt(SEGMENTS.size())) : segment);
            }
        }
        return random.nextInt(300) == 0 ? path + "/" + "p".repeat(random.nextInt(20_000)) : path.toString();
    }

    private String name(String template, String segment, boolean changes) {
        if (random.nextInt(5) == 0) {
            return SEGMENTS.get(random.nextInt(SEGMENTS.size()));
        }
        boolean cluster = segment.equals("{id}") || (segment.equals("{name}") && template.contains("/clusters/{name}"));
        if (!changes && random.nextInt(4) == 0) {
            return cluster ? foreign.healthy(random) : "healthy-1";
        }
        return cluster ? foreign.cluster(random) : foreign.campaign(random);
    }

    private String query(String path) {
        if (path.endsWith("/events")) {
            // A stream that is asked for is open for a moment: from what is new, mostly.
            List<String> queries = List.of(
                    "",
                    "?campaign=healthy-1",
                    "?type=step.requested",
                    "?type=nonsense",
                    "?from=never",
                    "?from=now",
                    "?cluster=%00",
                    "?campaign=A",
                    "?type=,,",
                    "?type=step.judged&type=x",
                    "?%",
                    "?=&=&");
            return queries.get(random.nextInt(queries.size()));
        }
        return switch (random.nextInt(12)) {
            case 0 -> "?reason=" + "r".repeat(random.nextInt(3000));
            case 1 -> "?reason=%ff%00&reason=2&x";
            case 2 ->
                "?"
                        + TYPES_OF_EVENTS
                                .get(random.nextInt(TYPES_OF_EVENTS.size()))
                                .shortName() + "=%zz";
            default -> "";
        };
    }

    private byte[] body(String path, ByteArrayOutputStream request) {
        boolean asYaml = random.nextInt(3) == 0;
        String type = random.nextInt(8) == 0
                ? TYPES.get(random.nextInt(TYPES.size()))
                : asYaml ? "application/yaml" : "application/json";
        if (random.nextInt(40) > 0) {
            text(request, "Content-Type: " + type + "\r\n");
        }
        JsonNode document = path.endsWith("/campaigns") ? campaign() : action();
        return switch (random.nextInt(12)) {
            case 0 -> new byte[0];
            case 1, 2 -> (asYaml ? YamlMutator.written(document) : document.toString()).getBytes(UTF_8);
            case 3, 4 -> bytes.mutated(document.toString().getBytes(UTF_8));
            case 5 ->
                random.nextInt(30) == 0
                        ? " ".repeat(3_000_000).getBytes(UTF_8)
                        : YamlMutator.laughs().getBytes(UTF_8);
            default -> asYaml ? yaml.mutated(document) : trees.mutated(document).getBytes(UTF_8);
        };
    }

    private ObjectNode campaign() {
        ObjectNode document = samples.campaignFile(random).deepCopy();
        document.put("name", foreign.campaign(random));
        ObjectNode clusters = JsonNodeFactory.instance.objectNode();
        clusters.putArray("names").add(foreign.cluster(random)).add(foreign.cluster(random));
        document.set("clusters", clusters);
        return document;
    }

    private ObjectNode action() {
        ObjectNode action = JsonNodeFactory.instance.objectNode().put("reason", "fuzz");
        if (random.nextBoolean()) {
            action.put("cluster", foreign.cluster(random));
        }
        if (random.nextInt(3) == 0) {
            action.put("digest", "0123456789abcdef")
                    .put("applySuggestedPolicy", true)
                    .put("policy", "kind: GlobalNetworkPolicy")
                    .put("conflicts", "keep-mine");
            action.putArray("answers").addObject().put("question", "01234567").put("answer", "take-new");
        }
        return action;
    }

    private static void text(ByteArrayOutputStream request, String text) {
        request.writeBytes(text.getBytes(ISO_8859_1));
    }
}
