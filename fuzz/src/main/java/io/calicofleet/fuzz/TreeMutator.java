package io.calicofleet.fuzz;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.POJONode;
import com.fasterxml.jackson.databind.util.RawValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Changes documents by their structure: another type, nothing, null, too much, too deep, a key twice, a constant nobody knows, numbers and
 * times out of range, text that is no text. The same seed changes in the same way. Not thread-safe.
 */
public final class TreeMutator {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final int DEEP = 20_000;

    /** How many characters one change adds at most. */
    private static final int MORE = 300_000;

    private final Random random;

    /** One that is told what to do by {@code random}. */
    public TreeMutator(Random random) {
        this.random = random;
    }

    /** A place in a document: a field or an element. */
    private record Place(JsonNode parent, String field, int index) {

        JsonNode value() {
            return parent.isObject() ? parent.path(field) : parent.path(index);
        }

        void set(JsonNode value) {
            if (parent instanceof ObjectNode object) {
                object.set(field, value);
            } else if (parent instanceof ArrayNode array) {
                array.set(index, value);
            }
        }

        void remove() {
            if (parent instanceof ObjectNode object) {
                object.remove(field);
            } else if (parent instanceof ArrayNode array) {
                array.remove(index);
            }
        }
    }

    /** A copy with one to four changes; as text, for what it may hold no tree can. */
    public String mutated(JsonNode document) {
        JsonNode copy = document.deepCopy();
        int changes = 1 + random.nextInt(random.nextInt(3) == 0 ? 4 : 1);
        for (int i = 0; i < changes; i++) {
            List<Place> places = new ArrayList<>();
            collect(copy, places);
            if (places.isEmpty()) {
                return anything().toString();
            }
            change(places.get(random.nextInt(places.size())), places);
        }
        return random.nextInt(200) == 0 ? anything().toString() : copy.toString();
    }

    private static void collect(JsonNode node, List<Place> places) {
        if (node.isObject()) {
            node.properties().forEach(entry -> {
                places.add(new Place(node, entry.getKey(), -1));
                collect(entry.getValue(), places);
            });
        } else if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                places.add(new Place(node, "", i));
                collect(node.get(i), places);
            }
        }
    }

    private void change(Place place, List<Place> places) {
        JsonNode value = place.value();
        switch (random.nextInt(13)) {
            case 0 -> place.remove();
            case 1 -> place.set(NODES.nullNode());
            case 2 -> place.set(anything());
            case 3 -> place.set(NODES.textNode(Oddities.text(random)));
            case 4 -> place.set(raw(Oddities.number(random)));
            case 5 -> place.set(deep());
            case 6 -> twice(place);
            case 7 -> place.set(random.nextBoolean() ? NODES.objectNode() : NODES.arrayNode());
            case 8 ->
                place.set(places.get(random.nextInt(places.size())).value().deepCopy());
            case 9 -> more(place, value);
            case 10 -> place.set(changed(value));
            case 11 -> place.set(NODES.arrayNode().add(value.deepCopy()));
            default -> unknown(place);
        }
    }

    /** A value of any type. */
    private JsonNode anything() {
        return switch (random.nextInt(6)) {
            case 0 -> NODES.textNode(Oddities.text(random));
            case 1 -> raw(Oddities.number(random));
            case 2 -> NODES.booleanNode(random.nextBoolean());
            case 3 -> NODES.objectNode().set(Oddities.text(random), NODES.nullNode());
            case 4 -> NODES.arrayNode().addNull().add(Oddities.text(random));
            default -> NODES.nullNode();
        };
    }

    private JsonNode deep() {
        int depth = Oddities.length(random, DEEP);
        return random.nextBoolean()
                ? raw("[".repeat(depth) + "]".repeat(depth))
                : raw("{\"a\":".repeat(depth) + "1" + "}".repeat(depth));
    }

    /** The same key again, with another value. */
    private void twice(Place place) {
        if (place.parent() instanceof ObjectNode object) {
            String key = NODES.textNode(place.field()).toString();
            object.set(place.field(), raw(place.value() + "," + key + ":" + anything()));
        } else {
            more(place, place.value());
        }
    }

    /** The element, or what the field holds, many times. */
    private void more(Place place, JsonNode value) {
        int most = Math.max(1, MORE / Math.max(1, value.toString().length()));
        int times = Oddities.length(random, Math.min(most, 5000));
        if (place.parent() instanceof ArrayNode array) {
            for (int i = 0; i < times; i++) {
                array.add(value.deepCopy());
            }
        } else if (value instanceof ArrayNode array && !array.isEmpty()) {
            for (int i = 0; i < times; i++) {
                array.add(array.get(0).deepCopy());
            }
        } else if (value instanceof ObjectNode object) {
            String key = Oddities.text(random);
            for (int i = 0; i < Math.min(times, MORE / Math.max(1, key.length())); i++) {
                object.set("k" + i + key, anything());
            }
        } else {
            place.set(NODES.textNode(value.asText().repeat(times)));
        }
    }

    /** Nearly the same. */
    private JsonNode changed(JsonNode value) {
        String text = value.asText();
        if (!value.isTextual() || text.isEmpty()) {
            return value.isNumber()
                    ? raw(value + String.valueOf(random.nextInt(10)))
                    : NODES.textNode(value.toString());
        }
        int at = random.nextInt(text.length());
        return NODES.textNode(
                switch (random.nextInt(5)) {
                    case 0 -> text.toUpperCase(Locale.ROOT);
                    case 1 -> text.substring(0, at);
                    case 2 -> text + " ";
                    case 3 -> text.substring(0, at) + Oddities.text(random) + text.substring(at);
                    default ->
                        text.substring(0, at)
                                + (char) (text.charAt(at) ^ 1 << random.nextInt(7))
                                + text.substring(at + 1);
                });
    }

    private void unknown(Place place) {
        if (place.parent() instanceof ObjectNode object) {
            object.set(random.nextBoolean() ? place.field() + "s" : Oddities.text(random), anything());
        } else if (place.parent() instanceof ArrayNode array) {
            array.insert(Math.max(0, place.index()), anything());
        }
    }

    private static JsonNode raw(String json) {
        return new POJONode(new RawValue(json));
    }
}
