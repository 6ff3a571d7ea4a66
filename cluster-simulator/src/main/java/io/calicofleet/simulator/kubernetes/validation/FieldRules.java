package io.calicofleet.simulator.kubernetes.validation;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.json.Resources;
import io.calicofleet.simulator.kubernetes.schema.Structure;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The rules of single fields, read from {@code built-in-rules.yaml}, and those of {@link TypeRules}, at every place of an object. */
final class FieldRules {

    /** From here on the templates of StatefulSets are checked. */
    static final int SETS_ARE_CHECKED = 33;

    private static final String ONE = "$one";
    private static final String METADATA = ".metadata";
    private static final Set<String> NUMBERS =
            Set.of("min", "positive", "aboveZero", "between", "range", "port", "mode", "portOrName", "userId");
    private static final Map<String, Map<String, List<Rule>>> RULES = read();

    private final int minor;
    private final List<Problem> problems;

    /** One rule: its name and what follows it. */
    private record Rule(String name, String argument) {
        static Rule of(String text) {
            int space = text.indexOf(' ');
            return space < 0
                    ? new Rule(text, "")
                    : new Rule(
                            text.substring(0, space), text.substring(space + 1).trim());
        }

        List<String> words() {
            return List.of(argument.replace("\"", "").split("\\s+", -1));
        }
    }

    FieldRules(int minor, List<Problem> problems) {
        this.minor = minor;
        this.problems = problems;
    }

    private static Map<String, Map<String, List<Rule>>> read() {
        Map<String, Map<String, List<Rule>>> types = new HashMap<>();
        Json.yamlDocuments(Resources.text("built-in-rules.yaml"))
                .get(0)
                .properties()
                .forEach(type -> {
                    Map<String, List<Rule>> fields = new LinkedHashMap<>();
                    type.getValue().properties().forEach(field -> {
                        List<Rule> rules = new ArrayList<>();
                        for (String rule : field.getValue().asText().split(";", -1)) {
                            rules.add(Rule.of(rule.trim()));
                        }
                        fields.put(field.getKey(), List.copyOf(rules));
                    });
                    types.put(type.getKey(), Collections.unmodifiableMap(fields));
                });
        return Map.copyOf(types);
    }

    /** Checks an object and what is below it. */
    void check(JsonNode object, Structure type, String path) {
        Map<String, List<Rule>> rules = RULES.getOrDefault(type.name(), Map.of());
        for (Map.Entry<String, List<Rule>> field : rules.entrySet()) {
            JsonNode value = object.path(field.getKey());
            String at = join(path, field.getKey());
            for (Rule rule : field.getValue()) {
                if (field.getKey().equals(ONE)) {
                    one(object, rule, type, path);
                } else if (rule.name().equals("required")) {
                    if (isEmpty(value) || isZero(value)) {
                        problems.add(Problem.required(at, rule.argument()));
                        break;
                    }
                } else if (rule.name().equals("always")) {
                    Rule inner = Rule.of(rule.argument());
                    check(isEmpty(value) ? none(inner) : value, inner, at);
                } else if (rule.name().equals("given")) {
                    if (!value.isMissingNode() && !value.isNull()) {
                        check(value, Rule.of(rule.argument()), at);
                    }
                } else if (rule.name().equals("absent") || rule.name().equals("blank")) {
                    boolean gone = value.isMissingNode() || value.isNull();
                    if (gone || (rule.name().equals("blank") && value.asText().isBlank())) {
                        problems.add(Problem.required(at, rule.argument()));
                        break;
                    }
                } else if (rule.name().equals("struct")) {
                    if (value.isMissingNode()) {
                        check(Json.object(), requireNonNull(type.fields().get(field.getKey())), at);
                    }
                } else if (!isEmpty(value)) {
                    check(value, rule, at);
                }
            }
        }
        TypeRules.check(type.name(), object, path, minor, problems);
        Structure spec = path.isEmpty() && !object.has("spec") ? type.fields().get("spec") : null;
        if (spec != null && spec.form() == Structure.Form.OBJECT) {
            check(Json.object(), spec, "spec"); // a struct in Go
        }
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            Structure of = type.fields().get(field.getKey());
            boolean free = minor < SETS_ARE_CHECKED
                    && type.name().equals("StatefulSetSpec")
                    && field.getKey().equals("template");
            if (of != null
                    && !free
                    && !(path.isEmpty() && Set.of("metadata", "status").contains(field.getKey()))) {
                below(field.getValue(), of, join(path, field.getKey()));
            }
        }
    }

    private void below(JsonNode value, Structure type, String path) {
        switch (type.form()) {
            case OBJECT ->
                // What is wrong with a template's metadata is told of the template.
                check(value, type, told(type, path));
            case LIST -> {
                for (int i = 0; i < value.size(); i++) {
                    below(value.get(i), type.items(), path + "[" + i + "]");
                }
            }
            case MAP -> value.properties().forEach(e -> below(e.getValue(), type.items(), path + "." + e.getKey()));
            default -> {
                // a scalar has no fields
            }
        }
    }

    private static String told(Structure type, String path) {
        if (type.name().equals("ObjectMeta") && path.endsWith(METADATA)) {
            return path.substring(0, path.length() - METADATA.length());
        }
        return type.name().equals("Taint") ? path.replace("spec.taints", "metadata.taints") : path;
    }

    private static String join(String path, String field) {
        return path.isEmpty() ? field : path + "." + field;
    }

    /** What Go has where nothing is given. */
    private static JsonNode none(Rule rule) {
        return NUMBERS.contains(rule.name()) ? IntNode.valueOf(0) : TextNode.valueOf("");
    }

    private static boolean isZero(JsonNode value) {
        return value.isIntegralNumber() && value.asLong() == 0;
    }

    static boolean isEmpty(JsonNode value) {
        return value.isMissingNode()
                || value.isNull()
                || (value.isContainerNode() && value.isEmpty())
                || (value.isTextual() && value.asText().isEmpty());
    }

    private void check(JsonNode value, Rule rule, String path) {
        switch (rule.name()) {
            case "min" -> {
                if (value.asLong() < Long.parseLong(rule.argument())) {
                    problems.add(Problem.invalid(path, value, "must be greater than or equal to " + rule.argument()));
                }
            }
            case "positive" -> {
                if (value.asLong() <= 0) {
                    problems.add(Problem.invalid(path, value, "must be greater than 0"));
                }
            }
            case "between" -> {
                long low = Long.parseLong(rule.words().get(0));
                long high = Long.parseLong(rule.words().get(1));
                inside(value, low, high, path, "must be between " + low + " and " + high + ", inclusive");
            }
            case "range" -> {
                long low = Long.parseLong(rule.words().get(0));
                long high = Long.parseLong(rule.words().get(1));
                inside(value, low, high, path, "must be in the range " + low + "-" + high);
            }
            case "aboveZero" -> {
                if (value.asLong() <= 0) {
                    problems.add(Problem.invalid(path, value, "must be greater than zero"));
                }
            }
            case "userId" -> inside(value, 0, Integer.MAX_VALUE, path, "must be between 0 and 2147483647, inclusive");
            case "servicePort" ->
                inside(value, 1, 65_535, path, "port is not valid: must be between 1 and 65535, inclusive");
            case "unless0" -> {
                if (!isZero(value)) {
                    check(value, Rule.of(rule.argument()), path);
                }
            }
            case "before" -> {
                int space = rule.argument().indexOf(' ');
                if (minor < Integer.parseInt(rule.argument().substring(0, space))) {
                    check(value, Rule.of(rule.argument().substring(space + 1)), path);
                }
            }
            case "since" -> {
                int space = rule.argument().indexOf(' ');
                if (minor >= Integer.parseInt(rule.argument().substring(0, space))) {
                    check(value, Rule.of(rule.argument().substring(space + 1)), path);
                }
            }
            case "always" -> check(value, Rule.of(rule.argument()), path);
            case "distinct" -> {
                Set<JsonNode> seen = new HashSet<>();
                for (int i = 0; i < value.size(); i++) {
                    if (!seen.add(value.get(i))) {
                        problems.add(Problem.duplicate(path + "[" + i + "]", value.get(i)));
                    }
                }
            }
            case "nonEmpty" -> {
                if (isEmpty(value)) {
                    problems.add(Problem.required(path, rule.argument()));
                }
            }
            case "oneOfInvalid" -> {
                if (!rule.words().contains(value.asText())) {
                    String all =
                            rule.words().stream().map(each -> "'" + each + "'").collect(Collectors.joining(" or "));
                    problems.add(Problem.invalid(path, value, "must be " + all));
                }
            }
            case "portOrName" -> {
                if (value.isTextual()) {
                    Names.portName(value.asText()).forEach(why -> problems.add(Problem.invalid(path, value, why)));
                } else {
                    inside(value, 1, 65_535, path, "must be between 1 and 65535, inclusive");
                }
            }
            case "port" -> inside(value, 1, 65_535, path, "must be between 1 and 65535, inclusive");
            case "mode" -> inside(value, 0, 511, path, "must be a number between 0 and 0777 (octal), both inclusive");
            case "oneOf" -> {
                if (!rule.words().contains(value.asText())) {
                    problems.add(Problem.notSupported(path, value, rule.words()));
                }
            }
            case "each" -> {
                Rule inner = Rule.of(rule.argument());
                boolean empty = List.of("always", "since").contains(inner.name());
                for (int i = 0; i < value.size(); i++) {
                    if (empty || !isEmpty(value.get(i))) {
                        check(value.get(i), inner, path + "[" + i + "]");
                    }
                }
            }
            case "unique" -> unique(value, rule.argument(), path);
            case "percent" -> percent(value, path, false);
            case "percent100" -> percent(value, path, true);
            case "labels" -> MetadataRules.labels(value, path, minor, problems);
            case "annotations" -> MetadataRules.annotations(value, path, minor, problems);
            case "keys" -> {
                Function<String, List<String>> form = form(rule.argument());
                for (Map.Entry<String, JsonNode> entry : value.properties()) {
                    form.apply(entry.getKey())
                            .forEach(why -> problems.add(
                                    Problem.invalid(path + "[" + entry.getKey() + "]", entry.getKey(), why)));
                }
            }
            default ->
                form(rule.name()).apply(value.asText()).forEach(why -> problems.add(Problem.invalid(path, value, why)));
        }
    }

    private Function<String, List<String>> form(String name) {
        return switch (name) {
            case "label" -> text -> Names.label(text, minor);
            case "subdomain" -> Names::subdomain;
            case "dns1035" -> Names::dns1035;
            case "ip" -> Networks::ip;
            case "cidr" -> Networks::cidr;
            case "searchPath" -> Names::searchPath;
            case "sysctl" -> Names::sysctl;
            case "domain" -> Names::domain;
            case "urlPath" -> Names::urlPath;
            case "qualified" -> text -> Names.qualified(text, minor);
            case "labelValue" -> text -> Names.labelValue(text, minor);
            case "configKey" -> Names::configKey;
            case "portName" -> Names::portName;
            case "schedule" -> Names::schedule;
            case "env" -> text -> Names.env(text, minor);
            default -> throw new IllegalStateException("built-in-rules.yaml has a rule nobody knows: " + name);
        };
    }

    private void inside(JsonNode value, long low, long high, String path, String why) {
        if (value.asLong() < low || value.asLong() > high) {
            problems.add(Problem.invalid(path, value, why));
        }
    }

    private void unique(JsonNode list, String field, String path) {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < list.size(); i++) {
            JsonNode value = list.get(i).path(field);
            if (!isEmpty(value) && !seen.add(value.asText())) {
                problems.add(Problem.duplicate(path + "[" + i + "]." + field, value));
            }
        }
    }

    private void percent(JsonNode value, String path, boolean atMostAll) {
        if (value.isTextual() && !value.asText().matches("[0-9]+%")) {
            problems.add(Problem.invalid(
                    path,
                    value,
                    "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%',"
                            + " regex used for validation is '[0-9]+%')"));
        } else if (value.isNumber() && value.asLong() < 0) {
            problems.add(Problem.invalid(path, value, "must be greater than or equal to 0"));
        } else if (atMostAll && value.isTextual() && TypeRules.amount(value) > 100) {
            problems.add(Problem.invalid(path, value, "must not be greater than 100%"));
        }
    }

    /** Exactly one of some fields. */
    private void one(JsonNode object, Rule rule, Structure type, String path) {
        List<String> words = rule.words();
        boolean others = words.contains("*");
        List<String> there = new ArrayList<>();
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            boolean named = words.contains(field.getKey());
            if (named != others && type.fields().containsKey(field.getKey())) {
                there.add(field.getKey());
            }
        }
        String what = rule.name() + " type";
        if (there.size() == 1) {
            return;
        }
        switch (type.name()) {
            case "EnvVarSource" ->
                problems.add(Problem.invalid(
                        path,
                        "",
                        there.isEmpty()
                                ? "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or"
                                        + " `secretKeyRef`"
                                : "may not have more than one field specified at a time"));
            default -> {
                boolean unnamed = type.name().equals("Volume") && isEmpty(object.path("name"));
                if (there.isEmpty() && !unnamed) {
                    problems.add(Problem.required(path, "must specify a " + what));
                }
                for (String more : there.subList(Math.min(1, there.size()), there.size())) {
                    problems.add(Problem.forbidden(join(path, more), "may not specify more than 1 " + what));
                }
            }
        }
    }
}
