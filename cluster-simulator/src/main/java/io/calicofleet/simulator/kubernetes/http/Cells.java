package io.calicofleet.simulator.kubernetes.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.calicofleet.simulator.json.Json;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** How the cells of a table are told, as {@code pkg/printers/internalversion} of Kubernetes does; pods are told by {@link PodCells}. */
final class Cells {

    private static final String NONE = "<none>";
    private static final String ROLE = "node-role.kubernetes.io/";
    private static final int MOST = 3;

    private static final Map<String, Function<JsonNode, JsonNode>> BY = Map.ofEntries(
            Map.entry("addresses", value -> Json.text(addresses(value))),
            Map.entry("apiAvailable", Cells::apiAvailable),
            Map.entry(
                    "apiService",
                    value -> Json.text(
                            value.isObject()
                                    ? Json.text(value, "namespace") + "/" + Json.text(value, "name")
                                    : "Local")),
            Map.entry("audiences", value -> joined(value, each -> Json.text(each, "audience"))),
            Map.entry(
                    "claim",
                    value -> Json.text(
                            value.isObject() ? Json.text(value, "namespace") + "/" + Json.text(value, "name") : "")),
            Map.entry("completions", Cells::completions),
            Map.entry("controller", Cells::controller),
            Map.entry("count", value -> IntNode.valueOf(value.size())),
            Map.entry("cpuTarget", Cells::cpuTarget),
            Map.entry(
                    "data",
                    value -> IntNode.valueOf(
                            value.path("data").size() + value.path("binaryData").size())),
            Map.entry("duration", Cells::duration),
            Map.entry("endpoints", Cells::endpoints),
            Map.entry("established", value -> BooleanNode.valueOf(isTrue(value, "Established"))),
            Map.entry("externalIp", value -> address(value, "ExternalIP")),
            Map.entry("externalIps", Cells::externalIps),
            Map.entry("firstSeen", value -> since(Events.first(value))),
            Map.entry("groups", value -> subjects(value, "Group")),
            Map.entry("hosts", Cells::hosts),
            Map.entry("images", value -> joined(value, each -> Json.text(each, "image"))),
            Map.entry("internalIp", value -> address(value, "InternalIP")),
            Map.entry(
                    "involved",
                    value -> Json.text(
                            (Json.text(value, "kind").toLowerCase(Locale.ROOT) + "/" + Json.text(value, "name"))
                                    .replaceFirst("/$", ""))),
            Map.entry("jobStatus", Cells::jobStatus),
            Map.entry("joined", value -> joined(value, JsonNode::asText)),
            Map.entry("kindAndName", value -> Json.text(Json.text(value, "kind") + "/" + Json.text(value, "name"))),
            Map.entry("labels", value -> orNone(labels(value))),
            Map.entry("lastSeen", value -> since(Events.last(value))),
            Map.entry("limits", value -> quota(value, name -> name.startsWith("limits."))),
            Map.entry("modes", value -> joined(value, each -> each.asText().replaceAll("[a-z]", ""))),
            Map.entry("names", value -> joined(value, each -> Json.text(each, "name"))),
            Map.entry("nodeStatus", Cells::nodeStatus),
            Map.entry("paramKind", value -> Json.text(Json.text(value, "apiVersion") + "/" + Json.text(value, "kind"))),
            Map.entry(
                    "paramRef",
                    value -> Json.text(value.path("namespace").asText("*") + "/" + Json.text(value, "name"))),
            Map.entry(
                    "parameters",
                    value -> Json.text(
                            Json.text(value, "kind") + (value.has("apiGroup") ? "." + Json.text(value, "apiGroup") : "")
                                    + "/" + Json.text(value, "name"))),
            Map.entry(
                    "phase",
                    value -> Json.text(
                            value.path("metadata").has("deletionTimestamp")
                                    ? "Terminating"
                                    : Json.text(value, "status", "phase"))),
            Map.entry("podStatus", value -> Json.text(PodCells.status(value))),
            Map.entry("readinessGates", value -> Json.text(PodCells.readinessGates(value))),
            Map.entry("readyContainers", value -> Json.text(PodCells.ready(value))),
            Map.entry(
                    "readyReplicas",
                    value ->
                            Json.text(value.path("status").path("readyReplicas").asInt() + "/"
                                    + value.path("spec").path("replicas").asInt())),
            Map.entry("requests", value -> quota(value, name -> !name.startsWith("limits."))),
            Map.entry("restartCount", value -> IntNode.valueOf(PodCells.restarts(value))),
            Map.entry("restarts", value -> Json.text(PodCells.restartsSince(value))),
            Map.entry("roles", Cells::roles),
            Map.entry("selector", value -> orNone(selector(value))),
            Map.entry("serviceAccounts", value -> subjects(value, "ServiceAccount")),
            Map.entry(
                    "servedVersions",
                    value -> Json.text(stream(value)
                            .filter(version -> version.path("served").asBoolean())
                            .map(version -> Json.text(version, "name")
                                    + (version.path("storage").asBoolean() ? "(storage)" : ""))
                            .sorted()
                            .collect(Collectors.joining(",")))),
            Map.entry(
                    "servicePorts",
                    value -> orNone(stream(value).map(Cells::port).collect(Collectors.joining(",")))),
            Map.entry("since", Cells::since),
            Map.entry(
                    "sliceAddresses",
                    value -> some(stream(value)
                            .flatMap(each -> stream(each.path("addresses")))
                            .map(JsonNode::asText)
                            .toList())),
            Map.entry(
                    "slicePorts",
                    value -> some(stream(value)
                            .map(each ->
                                    each.path("port").asText(each.path("name").asText("*")))
                            .toList())),
            Map.entry("source", value -> Json.text(Events.source(value))),
            Map.entry("times", value -> IntNode.valueOf(Events.times(value))),
            Map.entry("tlsPorts", value -> Json.text(value.isEmpty() ? "80" : "80, 443")),
            Map.entry("trimmed", value -> Json.text(value.asText().strip())),
            Map.entry("users", value -> subjects(value, "User")),
            Map.entry("written", value -> Json.text(value.asText())),
            Map.entry(
                    "yesOrNo",
                    value -> Json.text(value.isBoolean() ? (value.asBoolean() ? "True" : "False") : "<unset>")));

    private Cells() {}

    /** The way of this name. */
    static Function<JsonNode, JsonNode> by(String name) {
        Function<JsonNode, JsonNode> way = BY.get(name);
        if (way == null) {
            throw new IllegalStateException("table-columns.yaml shows a cell in a way nobody knows: " + name);
        }
        return way;
    }

    /** The value of a column of a definition: what is not of its type is null. */
    static JsonNode ofType(String type, JsonNode value) {
        if (value.isMissingNode() || value.isNull()) {
            return NullNode.getInstance();
        }
        boolean fits = switch (type) {
            case "integer", "number" -> value.isNumber();
            case "boolean" -> value.isBoolean();
            case "date" -> value.isTextual();
            default -> type.equals("string");
        };
        if (!fits) {
            return NullNode.getInstance();
        }
        return switch (type) {
            case "integer" -> value.isIntegralNumber() ? value : Json.object().numberNode(value.asLong());
            case "date" -> since(value);
            case "string" -> Json.text(value.isValueNode() ? value.asText() : value.toString());
            default -> value;
        };
    }

    /** How long ago a time was, as {@code duration.HumanDuration} of Kubernetes says it. */
    static JsonNode since(JsonNode time) {
        if (time.asText("").isEmpty()) {
            return Json.text("<unknown>");
        }
        try {
            return Json.text(said(Duration.between(Instant.parse(time.asText()), Instant.now())));
        } catch (DateTimeException e) {
            return Json.text("<invalid>");
        }
    }

    static String said(Duration lasted) {
        long seconds = lasted.toSeconds();
        long minutes = lasted.toMinutes();
        long hours = lasted.toHours();
        long days = lasted.toDays();
        if (seconds < -1) {
            return "<invalid>";
        }
        if (seconds < 120) {
            return Math.max(0, seconds) + "s";
        }
        if (minutes < 10) {
            return minutes + "m" + rest(seconds % 60, "s");
        }
        if (minutes < 180) {
            return minutes + "m";
        }
        if (hours < 8) {
            return hours + "h" + rest(minutes % 60, "m");
        }
        if (hours < 48) {
            return hours + "h";
        }
        if (days < 8) {
            return days + "d" + rest(hours % 24, "h");
        }
        if (days < 2 * 365) {
            return days + "d";
        }
        return days / 365 + "y" + (days < 8 * 365 ? rest(days % 365, "d") : "");
    }

    private static String rest(long number, String unit) {
        return number == 0 ? "" : number + unit;
    }

    private static Stream<JsonNode> stream(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false);
    }

    private static JsonNode joined(JsonNode list, Function<JsonNode, String> text) {
        return Json.text(stream(list).map(text).collect(Collectors.joining(",")));
    }

    private static JsonNode orNone(String text) {
        return Json.text(text.isEmpty() ? NONE : text);
    }

    private static JsonNode some(List<String> all) {
        String first = all.stream().limit(MOST).collect(Collectors.joining(","));
        return Json.text(
                all.size() > MOST
                        ? first + " + " + (all.size() - MOST) + " more..."
                        : first.isEmpty() ? "<unset>" : first);
    }

    private static String labels(JsonNode labels) {
        return labels.properties().stream()
                .map(label -> label.getKey() + "=" + label.getValue().asText())
                .sorted()
                .collect(Collectors.joining(","));
    }

    private static String selector(JsonNode selector) {
        List<String> terms = new ArrayList<>();
        selector.path("matchLabels")
                .properties()
                .forEach(label ->
                        terms.add(label.getKey() + "=" + label.getValue().asText()));
        for (JsonNode term : selector.path("matchExpressions")) {
            String key = Json.text(term, "key");
            String values =
                    stream(term.path("values")).map(JsonNode::asText).sorted().collect(Collectors.joining(","));
            terms.add(
                    switch (Json.text(term, "operator")) {
                        case "In" -> key + " in (" + values + ")";
                        case "NotIn" -> key + " notin (" + values + ")";
                        case "DoesNotExist" -> "!" + key;
                        default -> key;
                    });
        }
        return terms.stream().sorted().collect(Collectors.joining(","));
    }

    private static JsonNode subjects(JsonNode subjects, String kind) {
        return Json.text(stream(subjects)
                .filter(subject -> Json.text(subject, "kind").equals(kind))
                .map(subject -> kind.equals("ServiceAccount")
                        ? Json.text(subject, "namespace") + "/" + Json.text(subject, "name")
                        : Json.text(subject, "name"))
                .collect(Collectors.joining(", ")));
    }

    private static JsonNode apiAvailable(JsonNode service) {
        for (JsonNode condition : service.path("status").path("conditions")) {
            if (Json.text(condition, "type").equals("Available")) {
                String status = Json.text(condition, "status");
                String reason = Json.text(condition, "reason");
                return Json.text(status.equals("True") || reason.isEmpty() ? status : status + " (" + reason + ")");
            }
        }
        return Json.text("Unknown");
    }

    private static JsonNode address(JsonNode addresses, String type) {
        return orNone(stream(addresses)
                .filter(each -> Json.text(each, "type").equals(type))
                .map(each -> Json.text(each, "address"))
                .findFirst()
                .orElse(""));
    }

    private static String addresses(JsonNode ingress) {
        return stream(ingress)
                .map(each -> each.path("ip").asText(Json.text(each, "hostname")))
                .distinct()
                .sorted()
                .collect(Collectors.joining(","));
    }

    private static JsonNode completions(JsonNode job) {
        JsonNode completions = job.path("spec").path("completions");
        int parallel = job.path("spec").path("parallelism").asInt();
        return Json.text(job.path("status").path("succeeded").asInt() + "/"
                + (completions.isMissingNode() ? parallel > 1 ? "1 of " + parallel : "1" : completions.asText()));
    }

    private static JsonNode controller(JsonNode object) {
        for (JsonNode owner : object.path("metadata").path("ownerReferences")) {
            if (owner.path("controller").asBoolean()) {
                String[] group = Json.text(owner, "apiVersion").split("/", -1);
                return Json.text(
                        (Json.text(owner, "kind") + (group.length > 1 ? "." + group[0] : "")).toLowerCase(Locale.ROOT)
                                + "/" + Json.text(owner, "name"));
            }
        }
        return Json.text(NONE);
    }

    private static JsonNode cpuTarget(JsonNode scaler) {
        JsonNode target = scaler.path("spec").path("targetCPUUtilizationPercentage");
        JsonNode now = scaler.path("status").path("currentCPUUtilizationPercentage");
        return Json.text(
                target.isMissingNode()
                        ? NONE
                        : "cpu: " + (now.isMissingNode() ? "<unknown>" : now.asText() + "%") + "/" + target.asText()
                                + "%");
    }

    private static JsonNode duration(JsonNode status) {
        String start = Json.text(status, "startTime");
        if (start.isEmpty()) {
            return Json.text("");
        }
        String end = Json.text(status, "completionTime");
        return Json.text(
                said(Duration.between(Instant.parse(start), end.isEmpty() ? Instant.now() : Instant.parse(end))));
    }

    private static JsonNode endpoints(JsonNode subsets) {
        if (subsets.isEmpty()) {
            return Json.text(NONE);
        }
        List<String> all = new ArrayList<>();
        for (JsonNode subset : subsets) {
            List<String> ports = subset.path("ports").isEmpty()
                    ? List.of("")
                    : stream(subset.path("ports"))
                            .map(port -> ":" + Json.text(port, "port"))
                            .toList();
            for (String port : ports) {
                for (JsonNode address : subset.path("addresses")) {
                    String ip = Json.text(address, "ip");
                    all.add((ip.contains(":") && !port.isEmpty() ? "[" + ip + "]" : ip) + port);
                }
            }
        }
        return all.isEmpty() ? Json.text("") : some(all);
    }

    private static JsonNode externalIps(JsonNode service) {
        List<String> external = new ArrayList<>(stream(service.path("spec").path("externalIPs"))
                .map(JsonNode::asText)
                .toList());
        String type = Json.text(service, "spec", "type");
        if (type.equals("ExternalName")) {
            return Json.text(Json.text(service, "spec", "externalName"));
        }
        if (type.equals("LoadBalancer")) {
            String balanced =
                    addresses(service.path("status").path("loadBalancer").path("ingress"));
            if (!balanced.isEmpty()) {
                external.addFirst(balanced);
            }
            return Json.text(external.isEmpty() ? "<pending>" : String.join(",", external));
        }
        return orNone(String.join(",", external));
    }

    private static String port(JsonNode port) {
        String node = Json.text(port, "nodePort");
        return Json.text(port, "port") + (node.isEmpty() ? "" : ":" + node) + "/" + Json.text(port, "protocol");
    }

    private static JsonNode hosts(JsonNode rules) {
        List<String> named = stream(rules)
                .limit(MOST)
                .map(rule -> Json.text(rule, "host"))
                .filter(host -> !host.isEmpty())
                .toList();
        return Json.text(
                named.isEmpty()
                        ? "*"
                        : String.join(",", named)
                                + (rules.size() > MOST ? " + " + (rules.size() - MOST) + " more..." : ""));
    }

    private static boolean isTrue(JsonNode object, String type) {
        return stream(object.path("status").path("conditions"))
                .anyMatch(condition -> Json.text(condition, "type").equals(type)
                        && Json.text(condition, "status").equals("True"));
    }

    private static JsonNode jobStatus(JsonNode job) {
        Predicate<String> is = type -> isTrue(job, type);
        if (is.test("Complete") || is.test("Failed")) {
            return Json.text(is.test("Complete") ? "Complete" : "Failed");
        }
        if (job.path("metadata").has("deletionTimestamp")) {
            return Json.text("Terminating");
        }
        return Json.text(Stream.of("Suspended", "FailureTarget", "SuccessCriteriaMet")
                .filter(is)
                .findFirst()
                .orElse("Running"));
    }

    private static JsonNode nodeStatus(JsonNode node) {
        String ready = stream(node.path("status").path("conditions"))
                .filter(condition -> Json.text(condition, "type").equals("Ready"))
                .map(condition -> Json.text(condition, "status").equals("True") ? "Ready" : "NotReady")
                .findFirst()
                .orElse("Unknown");
        return Json.text(node.path("spec").path("unschedulable").asBoolean() ? ready + ",SchedulingDisabled" : ready);
    }

    private static JsonNode roles(JsonNode node) {
        TreeSet<String> roles = new TreeSet<>();
        node.path("metadata").path("labels").properties().forEach(label -> {
            if (label.getKey().startsWith(ROLE)) {
                roles.add(label.getKey().substring(ROLE.length()));
            } else if (label.getKey().equals("kubernetes.io/role")) {
                roles.add(label.getValue().asText());
            }
        });
        roles.remove("");
        return orNone(String.join(",", roles));
    }

    private static JsonNode quota(JsonNode status, Predicate<String> wanted) {
        TreeSet<String> names = new TreeSet<>();
        status.path("hard").fieldNames().forEachRemaining(names::add);
        return Json.text(names.stream()
                .filter(wanted)
                .map(name -> name + ": " + status.path("used").path(name).asText("0") + "/"
                        + Json.text(status, "hard", name))
                .collect(Collectors.joining(", ")));
    }

    /** What is told of events: of one that is counted in a series the series counts. */
    private static final class Events {

        private Events() {}

        static JsonNode first(JsonNode event) {
            return given(event.path("firstTimestamp"), event.path("eventTime"));
        }

        static JsonNode last(JsonNode event) {
            return event.path("series").isObject()
                    ? event.path("series").path("lastObservedTime")
                    : given(event.path("lastTimestamp"), first(event));
        }

        static int times(JsonNode event) {
            return event.path("series").isObject()
                    ? event.path("series").path("count").asInt()
                    : Math.max(1, event.path("count").asInt());
        }

        static String source(JsonNode event) {
            String component = given(event.path("source").path("component"), event.path("reportingComponent"))
                    .asText("");
            String instance = given(event.path("source").path("host"), event.path("reportingInstance"))
                    .asText("");
            return instance.isEmpty() ? component : component + ", " + instance;
        }

        private static JsonNode given(JsonNode one, JsonNode other) {
            return one.asText("").isEmpty() || one.isNull() ? other : one;
        }
    }
}
