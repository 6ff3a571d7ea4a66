package io.calicofleet.simulator.kubernetes.store;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.simulator.json.Labels;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The labelSelector and fieldSelector of a request. */
public final class ObjectFilter {

    /** Lets everything through. */
    public static final ObjectFilter ALL = new ObjectFilter(List.of(), Set.of());

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
     * @param minor the n of Kubernetes 1.n
     * @throws IllegalArgumentException where one cannot be read
     */
    public static ObjectFilter of(String labelSelector, String fieldSelector, int minor) {
        List<Test> tests = new ArrayList<>();
        for (Predicate<Map<String, String>> requirement : LabelSelector.parse(labelSelector, minor)) {
            tests.add(object -> requirement.test(Labels.ofObject(object)));
        }
        Set<String> fields = new HashSet<>();
        for (String part : fieldSelector.isBlank() ? List.<String>of() : List.of(fieldSelector.split(",", -1))) {
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
