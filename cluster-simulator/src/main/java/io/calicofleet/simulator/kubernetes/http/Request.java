package io.calicofleet.simulator.kubernetes.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.kubernetes.api.ApiException;
import io.calicofleet.simulator.kubernetes.api.PatchApi;
import io.calicofleet.simulator.kubernetes.api.WriteChecks;
import io.calicofleet.simulator.kubernetes.api.WriteOptions;
import io.calicofleet.simulator.kubernetes.rbac.Access;
import io.calicofleet.simulator.kubernetes.resource.ResourceType;
import io.calicofleet.simulator.kubernetes.validation.Problem;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One HTTP request.
 *
 * @param method GET, POST, PUT, PATCH or DELETE
 * @param path the path below the cluster's prefix
 * @param query the query parameters; of repeated ones the last
 * @param accept the Accept header
 * @param contentType the media type of the body, without parameters
 * @param userAgent who calls
 * @param body the body
 */
@SuppressWarnings("ArrayRecordComponent") // read only; nobody compares requests
record Request(
        String method,
        List<String> path,
        Map<String, String> query,
        String accept,
        String contentType,
        String userAgent,
        byte[] body) {

    private static final String NO_KIND = "couldn't get version/kind; json parse error: ";

    private static final List<String> VALIDATIONS = List.of("", "Ignore", "Strict", "Warn");
    private static final Set<String> READ =
            Set.of("", "application/json", "application/yaml", "application/vnd.kubernetes.protobuf");

    private static final Set<String> PATCHES = Set.of(
            "application/json-patch+json",
            "application/merge-patch+json",
            "application/strategic-merge-patch+json",
            "application/apply-patch+yaml");

    /** The n of Kubernetes 1.n from which the server tells of unknown fields. */
    private static final int FIELD_VALIDATION = 25;

    static Request of(HttpExchange exchange, String path) throws IOException {
        Map<String, String> query = new HashMap<>();
        String raw = exchange.getRequestURI().getRawQuery();
        if (raw != null) {
            for (String pair : raw.split("&", -1)) {
                int equals = pair.indexOf('=');
                String name = equals < 0 ? pair : pair.substring(0, equals);
                query.put(decode(name), equals < 0 ? "" : decode(pair.substring(equals + 1)));
            }
        }
        List<String> segments = new ArrayList<>();
        for (String segment : path.split("/", -1)) {
            if (!segment.isEmpty()) {
                segments.add(decode(segment));
            }
        }
        String contentType = header(exchange, "Content-Type");
        int semicolon = contentType.indexOf(';');
        return new Request(
                exchange.getRequestMethod(),
                segments,
                query,
                header(exchange, "Accept"),
                (semicolon < 0 ? contentType : contentType.substring(0, semicolon))
                        .trim()
                        .toLowerCase(Locale.ROOT),
                header(exchange, "User-Agent"),
                exchange.getRequestBody().readAllBytes());
    }

    private static String header(HttpExchange exchange, String name) {
        String value = exchange.getRequestHeaders().getFirst(name);
        return value == null ? "" : value;
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    /** What it does, as an authorizer sees it; its resource is empty where it is none, such as discovery. */
    Access access() {
        boolean grouped = !path.isEmpty() && path.get(0).equals("apis");
        int at = grouped ? 3 : 2;
        boolean resources = grouped || (!path.isEmpty() && path.get(0).equals("api"));
        String group = grouped && path.size() > 1 ? path.get(1) : "";
        String namespace = "";
        if (path.size() > at + 2 && path.get(at).equals("namespaces") && !isOfNamespace(at)) {
            namespace = path.get(at + 1);
            at += 2;
        }
        if (!resources || path.size() <= at) {
            return new Access(verb(""), "", "", "", "");
        }
        String plural = path.get(at);
        String name = path.size() > at + 1 ? path.get(at + 1) : "";
        String subresource = path.size() > at + 2 ? "/" + path.get(at + 2) : "";
        return new Access(verb(name), group, plural + subresource, namespace, name.isEmpty() ? selected() : name);
    }

    /** The one object that a list is of by its fieldSelector; empty where it is of more. */
    private String selected() {
        boolean reads = method.equals("GET") || method.equals("DELETE");
        return Arrays.stream((reads ? parameter("fieldSelector") : "").split(",", -1))
                .filter(part -> part.matches("metadata\\.name==?[^=!]+"))
                .map(part -> part.substring(part.lastIndexOf('=') + 1))
                .findFirst()
                .orElse("");
    }

    private boolean isOfNamespace(int at) {
        return path.size() == at + 3 && List.of("status", "finalize").contains(path.get(at + 2));
    }

    private String verb(String name) {
        return switch (method) {
            case "GET" -> flag("watch") ? "watch" : name.isEmpty() ? "list" : "get";
            case "POST" -> "create";
            case "PUT" -> "update";
            case "PATCH" -> "patch";
            case "DELETE" -> name.isEmpty() ? "deletecollection" : "delete";
            default -> method.toLowerCase(Locale.ROOT);
        };
    }

    /** The same, which only tells what would come of it. */
    Request asDryRun() {
        Map<String, String> all = new HashMap<>(query);
        all.put("dryRun", "All");
        return new Request(method, path, all, accept, contentType, userAgent, body);
    }

    String parameter(String name) {
        return query.getOrDefault(name, "");
    }

    boolean flag(String name) {
        String value = query.get(name);
        return value != null && !value.equals("false") && !value.equals("0");
    }

    /** A parameter that is a number; empty and missing ones are {@code other}. */
    long number(String name, long other) {
        String text = parameter(name);
        if (!text.matches("-?[0-9]{0,18}")) {
            throw ApiException.badRequest("strconv.ParseInt: parsing \"" + text + "\": "
                    + (text.matches("-?[0-9]+") ? "value out of range" : "invalid syntax"));
        }
        return text.isEmpty() ? other : Long.parseLong(text);
    }

    /** The body as JSON, or YAML or protobuf where the media type says so; a missing node where there is none. */
    JsonNode json() {
        if (body.length == 0) {
            return Json.object().path("none");
        }
        if (!method.equals("PATCH") && !READ.contains(contentType)) {
            throw ApiException.unknownFormat();
        }
        if (contentType.contains("protobuf")) {
            return Protobuf.read(body);
        }
        boolean yaml = contentType.contains("yaml");
        try {
            return yaml ? Json.yaml(body) : Json.readWhole(body);
        } catch (IOException e) {
            throw ApiException.badRequest(
                    yaml ? "error decoding the body: " + e.getMessage() : NO_KIND + JsonFaults.of(body));
        }
    }

    /**
     * The body of a patch.
     *
     * @param minor the n of Kubernetes 1.n
     * @throws ApiException where it cannot be read
     */
    JsonNode patch(int minor) {
        if (!PATCHES.contains(contentType)) {
            return Json.object().path("unknown"); // refused as what it is
        }
        boolean applies = contentType.equals("application/apply-patch+yaml");
        boolean looked = minor >= PatchApi.LIMITS_PATCHES;
        JsonNode patch;
        try {
            patch = applies ? Json.yaml(body) : Json.readWhole(body);
        } catch (IOException e) {
            if (applies) {
                throw ApiException.badRequest(
                        (looked ? "error encoding patch: yaml: " : "error decoding YAML: yaml: ") + e.getMessage());
            }
            throw looked || !contentType.equals("application/merge-patch+json")
                    ? ApiException.badRequest("invalid JSON patch")
                    : ApiException.failed("Invalid JSON Patch");
        }
        if (patch.isMissingNode()) {
            throw ApiException.badRequest("invalid JSON patch");
        }
        if (applies && !patch.isObject() && !patch.isNull()) {
            throw ApiException.badRequest("error decoding patch: error unmarshaling JSON: while decoding JSON:"
                    + " json: cannot unmarshal " + JsonFaults.kind(patch)
                    + " into Go value of type map[string]interface {}");
        }
        return patch.isNull() && applies ? Json.object() : patch;
    }

    /**
     * The body of a write, which is an object.
     *
     * @param type what it has to be
     * @throws ApiException 400 where it is none
     */
    ObjectNode object(ResourceType type) {
        String kind = type.kind();
        boolean binary = contentType.contains("protobuf");
        if (!READ.contains(contentType) || binary) {
            return json() instanceof ObjectNode object ? object : Json.object();
        }
        if (body.length == 0 || body[0] == (byte) 0xEF) {
            throw unrecognized(kind, NO_KIND + JsonFaults.of(body));
        }
        JsonNode node;
        try {
            node = contentType.contains("yaml") ? Json.yaml(body) : Json.readWhole(body);
        } catch (IOException e) {
            throw unrecognized(
                    kind, contentType.contains("yaml") ? "yaml: " + e.getMessage() : NO_KIND + JsonFaults.of(body));
        }
        boolean unnamed = type.crd() != null
                && (node.isNull()
                        || (node.isObject() && node.path("kind").asText("").isEmpty()));
        if (unnamed) {
            throw unrecognized(kind, "Object 'Kind' is missing in '" + new String(body, StandardCharsets.UTF_8) + "'");
        }
        if (node.isNull()) {
            return Json.object(); // as Go reads it
        }
        if (!(node instanceof ObjectNode object)) {
            throw unrecognized(
                    kind,
                    NO_KIND + "json: cannot unmarshal " + JsonFaults.kind(node) + " into Go value of type "
                            + "struct { APIVersion string \"json:\\\"apiVersion,omitempty\\\"\"; Kind string"
                            + " \"json:\\\"kind,omitempty\\\"\" }");
        }
        for (String field : List.of("apiVersion", "kind")) {
            if (object.hasNonNull(field) && !object.path(field).isTextual()) {
                throw unrecognized(
                        kind,
                        NO_KIND + "json: cannot unmarshal " + JsonFaults.kind(object.path(field))
                                + " into Go struct field ." + field + " of type string");
            }
        }
        return object;
    }

    private ApiException unrecognized(String kind, String why) {
        return ApiException.badRequest("the object provided is unrecognized (must be of type " + kind + "): " + why
                + " (" + JsonFaults.shown(body) + ")");
    }

    /** The fields of a JSON body that are there twice. */
    List<String> duplicates() {
        return contentType.contains("protobuf") || contentType.contains("yaml") ? List.of() : Json.duplicates(body);
    }

    /** The options of a write of an object of a type, on Kubernetes 1.{@code minor}. */
    WriteOptions writeOptions(ResourceType type, int minor) {
        String reading = method.equals("PATCH") ? "" : WriteChecks.cannotBeHandled(type.kind(), type, "");
        boolean apply = method.equals("PATCH") && contentType.equals("application/apply-patch+yaml");
        check(apply, minor);
        String validation = parameter("fieldValidation");
        return new WriteOptions(
                parameter("dryRun").equals("All"),
                apply ? parameter("fieldManager") : manager(),
                minor < FIELD_VALIDATION ? "Ignore" : validation.isEmpty() ? "Warn" : validation,
                flag("force"),
                reading,
                new ArrayList<>());
    }

    /** Who writes: as the request says it, or by the client. */
    String manager() {
        int slash = userAgent.indexOf('/');
        String client = slash < 0 ? userAgent : userAgent.substring(0, slash);
        String named = parameter("fieldManager");
        return !named.isEmpty() ? named : client.isEmpty() ? "unknown" : client;
    }

    /** A text as Go quotes it. */
    private static String printable(String text) {
        return text.codePoints()
                .mapToObj(each ->
                        Character.isISOControl(each) ? String.format("\\x%02x", each) : Character.toString(each))
                .collect(Collectors.joining());
    }

    private void check(boolean apply, int minor) {
        List<Problem> problems = new ArrayList<>();
        String dryRun = parameter("dryRun");
        if (query.containsKey("dryRun") && !dryRun.equals("All")) {
            problems.add(
                    minor >= Problem.SHOWS_JSON
                            ? Problem.notSupported("dryRun", Json.array().add(dryRun), List.of("All"))
                            : new Problem(
                                    "FieldValueNotSupported",
                                    "dryRun",
                                    "Unsupported value: []string{\"" + dryRun + "\"}: supported values: \"All\""));
        }
        if (apply && parameter("fieldManager").isEmpty()) {
            problems.add(Problem.required("fieldManager", "is required for apply patch"));
        }
        if (!apply && method.equals("PATCH") && query.containsKey("force")) {
            problems.add(Problem.forbidden("force", "may not be specified for non-apply patch"));
        }
        String manager = parameter("fieldManager");
        if (manager.length() > 128) {
            problems.add(Problem.tooLong("fieldManager", 128, minor));
        }
        if (manager.codePoints().anyMatch(Character::isISOControl)) {
            int at = (int) manager.codePoints()
                    .takeWhile(each -> !Character.isISOControl(each))
                    .count();
            problems.add(new Problem(
                    "FieldValueInvalid",
                    "fieldManager",
                    "Invalid value: \"" + printable(manager) + "\": invalid character U+"
                            + String.format("%04X", manager.codePointAt(manager.offsetByCodePoints(0, at)))
                            + " (at position " + at + ")"));
        }
        String validation = parameter("fieldValidation");
        if (minor >= FIELD_VALIDATION && !VALIDATIONS.contains(validation)) {
            problems.add(Problem.notSupported("fieldValidation", Json.text(validation), VALIDATIONS));
        }
        if (!problems.isEmpty()) {
            String kind = switch (method) {
                case "POST" -> "CreateOptions";
                case "PUT" -> "UpdateOptions";
                case "DELETE" -> "DeleteOptions";
                default -> "PatchOptions";
            };
            throw ApiException.invalidOptions(kind, problems);
        }
    }
}
