package io.calicofleet.simulator.kubernetes.store;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.simulator.json.Labels;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The labelSelector and fieldSelector of a request. */
public final class ObjectFilter {

    /** Lets everything through. */
    public static final ObjectFilter ALL = new ObjectFilter(List.of(), Set.of());

    private static final Pattern SET = Pattern.compile("\\s*(\\S+)\\s+(in|notin)\\s*\\(([^)]*)\\)\\s*");
    private static final Pattern KEY = Pattern.compile("([a-z0-9.-]+/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?");
    private static final Pattern VALUE = Pattern.compile("([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?");
    private static final Pattern EQUALITY = Pattern.compile("\\s*([^=!\\s]+)\\s*(==|=|!=)\\s*(\\S*)\\s*");

    private final List<Test> tests;
    private final Set<String> fields;

    private interface Test {
        boolean meets(JsonNode object);
    }

    private ObjectFilter(List<Test> tests, Set<String> fields) {
        this.tests = List.copyOf(tests);
        this.fields = Set.copyOf(fields);
    }

    /** The fields that the fieldSelector names. */
    public Set<String> fields() {
        return fields;
    }

    /**
     * Reads the two selectors; empty texts let everything through.
     *
     * @throws IllegalArgumentException where one cannot be read
     */
    public static ObjectFilter of(String labelSelector, String fieldSelector) {
        List<Test> tests = new ArrayList<>();
        for (String part : split(labelSelector)) {
            tests.add(labels(part));
        }
        Set<String> fields = new HashSet<>();
        for (String part : split(fieldSelector)) {
            tests.add(field(part));
            fields.add(EQUALITY.matcher(part).replaceAll("$1"));
        }
        return tests.isEmpty() ? ALL : new ObjectFilter(tests, fields);
    }

    /** Whether an object passes. */
    public boolean test(JsonNode object) {
        for (Test test : tests) {
            if (!test.meets(object)) {
                return false;
            }
        }
        return true;
    }

    private static List<String> split(String selector) {
        List<String> parts = new ArrayList<>();
        int depth = 0;
        int start = 0;
        for (int i = 0; i <= selector.length(); i++) {
            char c = i == selector.length() ? ',' : selector.charAt(i);
            if (c == '(') {
                depth++;
            } else if (c == ')') {
                depth--;
            } else if (c == ',' && depth == 0) {
                if (!selector.substring(start, i).isBlank()) {
                    parts.add(selector.substring(start, i).trim());
                }
                start = i + 1;
            }
        }
        return parts;
    }

    private static Test labels(String part) {
        Matcher set = SET.matcher(part);
        if (set.matches()) {
            List<String> values = List.of(set.group(3).trim().split("\\s*,\\s*", -1));
            check(set.group(1), values);
            boolean in = set.group(2).equals("in");
            String key = set.group(1);
            return object -> {
                String value = Labels.ofObject(object).get(key);
                return in ? value != null && values.contains(value) : value == null || !values.contains(value);
            };
        }
        Matcher equality = EQUALITY.matcher(part);
        if (equality.matches()) {
            String key = equality.group(1);
            String wanted = equality.group(3);
            check(key, List.of(wanted));
            boolean equal = !equality.group(2).equals("!=");
            return object -> equal == wanted.equals(Labels.ofObject(object).get(key));
        }
        if (part.startsWith("!")) {
            String key = part.substring(1).trim();
            return object -> !Labels.ofObject(object).containsKey(key);
        }
        if (part.matches("[A-Za-z0-9./_-]+")) {
            return object -> Labels.ofObject(object).containsKey(part);
        }
        throw new IllegalArgumentException("unable to parse requirement: " + part);
    }

    private static void check(String key, List<String> values) {
        for (String value : values) {
            if (!VALUE.matcher(value).matches() || !KEY.matcher(key).matches()) {
                throw new IllegalArgumentException(
                        "unable to parse requirement: found '" + key + "' and '" + value + "', expected: identifiers");
            }
        }
    }

    private static Test field(String part) {
        Matcher equality = EQUALITY.matcher(part);
        if (!equality.matches()) {
            throw new IllegalArgumentException("invalid selector: '" + part + "'; can't understand '" + part + "'");
        }
        String[] path = equality.group(1).split("\\.", -1);
        String wanted = equality.group(3);
        boolean equal = !equality.group(2).equals("!=");
        return object -> {
            JsonNode at = object;
            for (String name : path) {
                at = at.path(name);
            }
            return equal == at.asText("").equals(wanted);
        };
    }
}
