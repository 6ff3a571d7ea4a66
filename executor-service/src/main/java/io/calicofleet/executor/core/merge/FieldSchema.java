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
final class FieldSchema {

    /** Nothing is known. */
    static final FieldSchema ANY = new FieldSchema(false);

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Map<String, FieldRule> fields = new LinkedHashMap<>();
    private final Set<String> arms = new LinkedHashSet<>();
    private final Map<String, Predicate<JsonNode>> conditions = new LinkedHashMap<>();
    private final boolean map;
    private boolean optional;
    private boolean whole;
    private @Nullable FieldRule others;

    private FieldSchema(boolean map) {
        this.map = map;
    }

    /** A type with fields of its own. */
    static FieldSchema struct() {
        return new FieldSchema(false);
    }

    /** A map from names to values. */
    static FieldSchema map(Kind values) {
        return mapOf(FieldRule.of(values, ANY));
    }

    /** A map from names to values of a type. */
    static FieldSchema map(FieldSchema values) {
        return mapOf(FieldRule.of(Kind.TREE, values));
    }

    private static FieldSchema mapOf(FieldRule values) {
        FieldSchema shape = new FieldSchema(true);
        shape.others = values;
        return shape;
    }

    /** A JSON document of other programs: what is in it is for people to set, at every level. */
    static FieldSchema document() {
        FieldSchema shape = new FieldSchema(false);
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

    FieldSchema arms(String... names) {
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
    FieldSchema whole() {
        whole = true;
        return this;
    }

    /** Says that it {@linkplain #isOptional() stands for itself}. */
    FieldSchema optional() {
        optional = true;
        return this;
    }

    /** A field that is valid only beside certain others. */
    FieldSchema onlyIf(Predicate<JsonNode> condition, String name) {
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

    FieldSchema with(String name, FieldRule rule) {
        fields.put(name, rule);
        return this;
    }

    FieldSchema tree(String name, FieldSchema shape) {
        return with(name, FieldRule.of(Kind.TREE, shape));
    }

    /** A struct that the API server fills in where it is absent. */
    FieldSchema tree(String name, FieldSchema shape, String defaultJson) {
        return with(name, FieldRule.of(Kind.TREE, shape).ifAbsent(constant(defaultJson)));
    }

    FieldSchema keyed(String name, FieldSchema entries, String... keys) {
        return with(name, FieldRule.keyed(Kind.KEYED_LIST, entries, keys));
    }

    FieldSchema chain(String name, FieldSchema entries, String... keys) {
        return with(name, FieldRule.keyed(Kind.CHAIN, entries, keys));
    }

    FieldSchema set(String name, FieldSchema entries) {
        return with(name, FieldRule.of(Kind.SET, entries));
    }

    /** Fields for which absent means this JSON, be it that the server writes it or that it leaves it out. */
    FieldSchema absentIs(String defaultJson, String... names) {
        return each(names, rule -> rule.ifAbsent(constant(defaultJson)));
    }

    FieldSchema absentIs(Default value, String name) {
        return each(new String[] {name}, rule -> rule.ifAbsent(value));
    }

    /** Fields that a release only proposes. */
    FieldSchema settings(String... names) {
        return each(names, FieldRule::setting);
    }

    /** Fields written by the API server or a controller. */
    FieldSchema assigned(String... names) {
        return each(names, FieldRule::assignedByServer);
    }

    private FieldSchema each(String[] names, UnaryOperator<FieldRule> change) {
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
