package io.calicofleet.executor.core.merge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.executor.core.merge.FieldRule.Default;
import io.calicofleet.executor.core.merge.FieldRule.Kind;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the fields of a type: how they merge, and what the API server writes where they are absent. A field
 * that is not listed merges as the tree it is.
 */
final class Shape {

    /** Nothing is known. */
    static final Shape ANY = new Shape(false);

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Map<String, FieldRule> fields = new LinkedHashMap<>();
    private final Set<String> arms = new LinkedHashSet<>();
    private final Map<String, Predicate<JsonNode>> conditions = new LinkedHashMap<>();
    private final boolean map;
    private boolean optional;
    private boolean whole;
    private @Nullable FieldRule others;

    private Shape(boolean map) {
        this.map = map;
    }

    /** A type with fields of its own. */
    static Shape struct() {
        return new Shape(false);
    }

    /** A map from names to values. */
    static Shape map(Kind values) {
        Shape shape = new Shape(true);
        shape.others = FieldRule.of(values, ANY);
        return shape;
    }

    /** A JSON document of other programs: what is in it is for people to set, at every level. */
    static Shape document() {
        Shape shape = new Shape(false);
        shape.others = FieldRule.of(Kind.SETTING, shape);
        return shape;
    }

    FieldRule field(String name) {
        FieldRule rule = fields.get(name);
        if (rule != null) {
            return rule;
        }
        return others != null ? others : FieldRule.of(Kind.TREE, ANY);
    }

    boolean isMap() {
        return map;
    }

    /** Fields of which only one may be set, so that they change together. */
    Set<String> arms() {
        return arms;
    }

    /** How fields that change together are merged: as a setting where each of them is one. */
    Kind kindOf(Set<String> together) {
        return together.stream().allMatch(name -> field(name).kind().isSetting()) ? Kind.SETTING : Kind.TREE;
    }

    Shape arms(String... names) {
        arms.addAll(Arrays.asList(names));
        return this;
    }

    /** Whether an object of it stands for itself, so that it stays where people set it and the release drops it. */
    boolean isOptional() {
        return optional;
    }

    /** Whether an object of it makes sense only as a whole, so that its fields are not mixed. */
    boolean isWhole() {
        return whole;
    }

    /** Says that it is {@linkplain #isWhole() one value}. */
    Shape whole() {
        whole = true;
        return this;
    }

    /** Says that it {@linkplain #isOptional() stands for itself}. */
    Shape optional() {
        optional = true;
        return this;
    }

    /** A field that is valid only beside certain others. */
    Shape onlyIf(Predicate<JsonNode> condition, String name) {
        conditions.put(name, condition);
        return this;
    }

    /** Takes out of a merged object what is not valid in it. */
    void dropInvalid(ObjectNode object) {
        conditions.forEach((name, condition) -> {
            if (!condition.test(object)) {
                object.remove(name);
            }
        });
    }

    Shape with(String name, FieldRule rule) {
        fields.put(name, rule);
        return this;
    }

    Shape tree(String name, Shape shape) {
        return with(name, FieldRule.of(Kind.TREE, shape));
    }

    /** A struct that the API server fills in where it is absent. */
    Shape tree(String name, Shape shape, String defaultJson) {
        return with(name, FieldRule.of(Kind.TREE, shape).ifAbsent(constant(defaultJson)));
    }

    Shape keyed(String name, Shape entries, String... keys) {
        return with(name, FieldRule.keyed(Kind.KEYED_LIST, entries, keys));
    }

    Shape chain(String name, Shape entries, String... keys) {
        return with(name, FieldRule.keyed(Kind.CHAIN, entries, keys));
    }

    Shape set(String name, Shape entries) {
        return with(name, FieldRule.of(Kind.SET, entries));
    }

    /** Fields for which absent means this JSON, be it that the server writes it or that it leaves it out. */
    Shape absentIs(String defaultJson, String... names) {
        return each(names, rule -> rule.ifAbsent(constant(defaultJson)));
    }

    Shape absentIs(Default value, String name) {
        return each(new String[] {name}, rule -> rule.ifAbsent(value));
    }

    /** Fields that a release only proposes. */
    Shape settings(String... names) {
        return each(names, FieldRule::setting);
    }

    /** Fields written by the API server or a controller. */
    Shape assigned(String... names) {
        return each(names, FieldRule::assignedByServer);
    }

    private Shape each(String[] names, UnaryOperator<FieldRule> change) {
        for (String name : names) {
            fields.put(name, change.apply(field(name)));
        }
        return this;
    }

    private static Default constant(String json) {
        try {
            JsonNode value = MAPPER.readTree(json);
            return parent -> value;
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IllegalArgumentException("a default is no JSON: " + json, e);
        }
    }
}
