package io.calicofleet.event;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Which components of which records stand in samples, with something in them. */
final class SampleFields {

    private final Set<String> seen = new TreeSet<>();

    /** Adds what a sample of this type has. */
    void collect(Class<?> type, JsonNode sample) {
        for (RecordComponent component : type.getRecordComponents()) {
            JsonNode value = sample.path(component.getName());
            if (value.isMissingNode() || value.isNull() || (value.isContainerNode() && value.isEmpty())) {
                continue;
            }
            seen.add(name(type, component));
            inside(component.getGenericType(), value);
        }
    }

    /** The components of these types that no sample has. */
    Set<String> missing(Collection<Class<?>> types) {
        Set<String> missing = new TreeSet<>();
        types.stream().filter(Class::isRecord).forEach(type -> {
            for (RecordComponent component : type.getRecordComponents()) {
                missing.add(name(type, component));
            }
        });
        missing.removeAll(seen);
        return missing;
    }

    /** Gives a sample a value for each component that none has so far. */
    void fill(Class<?> type, ObjectNode sample) {
        for (RecordComponent component : type.getRecordComponents()) {
            if (!seen.contains(name(type, component))) {
                sample.set(component.getName(), value(component.getGenericType()));
                collect(type, sample);
            }
            fill(component.getGenericType(), sample.path(component.getName()));
        }
    }

    private void fill(Type type, JsonNode value) {
        if (type instanceof ParameterizedType generic) {
            Type[] arguments = generic.getActualTypeArguments();
            value.forEach(element -> fill(arguments[arguments.length - 1], element));
        } else if (value instanceof ObjectNode object && ((Class<?>) type).isRecord()) {
            fill((Class<?>) type, object);
        }
    }

    private void inside(Type type, JsonNode value) {
        if (type instanceof ParameterizedType generic) {
            Type[] arguments = generic.getActualTypeArguments();
            value.forEach(element -> inside(arguments[arguments.length - 1], element));
        } else if (value.isObject() && ((Class<?>) type).isRecord()) {
            collect((Class<?>) type, value);
        }
    }

    private static String name(Class<?> type, RecordComponent component) {
        return type.getSimpleName() + "." + component.getName();
    }

    /** Something of this type; what has a form of its own, of those that are well known. */
    private static JsonNode value(Type type) {
        if (type instanceof ParameterizedType generic) {
            JsonNode element = value(generic.getActualTypeArguments()[generic.getActualTypeArguments().length - 1]);
            return List.class.isAssignableFrom((Class<?>) generic.getRawType())
                    ? Schemas.JSON.createArrayNode().add(element)
                    : Schemas.JSON.createObjectNode().set("example", element);
        }
        Class<?> plain = (Class<?>) type;
        Map<Class<?>, Object> known = Map.ofEntries(
                Map.entry(String.class, "example"),
                Map.entry(int.class, 1),
                Map.entry(Integer.class, 1),
                Map.entry(long.class, 1L),
                Map.entry(Long.class, 1L),
                Map.entry(boolean.class, true),
                Map.entry(Boolean.class, true),
                Map.entry(Instant.class, Instant.parse("2026-11-28T10:00:00Z")),
                Map.entry(Duration.class, Duration.ofMinutes(15)),
                Map.entry(CalicoVersion.class, CalicoVersion.of(3, 22, 5)),
                Map.entry(CampaignName.class, CampaignName.of("calico-3-22")),
                Map.entry(ClusterId.class, ClusterId.of("eu-west-1")),
                Map.entry(WaveName.class, new WaveName("canary")),
                Map.entry(StepId.class, StepId.parse("calico-3-22/eu-west-1/upgrade/1")),
                Map.entry(FailsafePort.class, FailsafePort.parse("tcp:22")),
                Map.entry(Quantity.class, Quantity.of(1)));
        Object value = plain.isEnum() ? plain.getEnumConstants()[0] : known.get(plain);
        if (value != null) {
            return Schemas.JSON.valueToTree(value);
        }
        ObjectNode object = Schemas.JSON.createObjectNode();
        for (RecordComponent component : plain.getRecordComponents()) {
            object.set(component.getName(), value(component.getGenericType()));
        }
        return object;
    }
}
