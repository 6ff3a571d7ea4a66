package io.calicofleet.event;

import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The messages by reflection: all types in them, and how each is to stand in a schema. */
final class Contract {

    /** Types with a JSON form of their own; their schema is checked by the samples and the tests of the types. */
    static final Set<Class<?>> VALUES = Set.of(
            CalicoVersion.class,
            CampaignName.class,
            ClusterId.class,
            FailsafePort.class,
            WaveName.class,
            StepId.class,
            Quantity.class);

    private Contract() {}

    /** Every record and enum a message can hold, the messages among them. */
    static Set<Class<?>> types() {
        Set<Class<?>> found = new LinkedHashSet<>();
        for (EventType type : EventType.values()) {
            found.add(type.payload());
            collect(type.payload(), found);
        }
        // Travels inside of step ids.
        found.add(StepKind.class);
        found.add(TrafficLine.class);
        return found;
    }

    /** The name of the message that a type is; empty where it is only in others. */
    static Optional<String> message(Class<?> type) {
        return type == TrafficLine.class
                ? Optional.of("traffic")
                : Arrays.stream(EventType.values())
                        .filter(event -> event.payload() == type)
                        .map(EventType::shortName)
                        .findFirst();
    }

    /** The type of a message, by its name. */
    static Class<?> payload(String message) {
        return message.equals("traffic")
                ? TrafficLine.class
                : EventType.find("io.calicofleet." + message + ".v1")
                        .orElseThrow()
                        .payload();
    }

    /** The name of a type among the shared definitions. */
    static String definition(Class<?> type) {
        if (type == Instant.class || type == Duration.class) {
            return type.getSimpleName().toLowerCase(Locale.ROOT);
        }
        String name = type.getSimpleName();
        return Character.toLowerCase(name.charAt(0)) + name.substring(1);
    }

    /** The type of JSON that a type of Java is; null where it has a definition of its own. */
    static @Nullable String plain(Class<?> type) {
        if (type == String.class) {
            return "string";
        }
        if (type == boolean.class || type == Boolean.class) {
            return "boolean";
        }
        return Set.of(int.class, long.class, Integer.class, Long.class).contains(type) ? "integer" : null;
    }

    /** What has no null, no empty form and no default in the schema is required, nothing else. */
    static boolean required(RecordComponent component, JsonNode property) {
        boolean container = Collection.class.isAssignableFrom(component.getType())
                || Map.class.isAssignableFrom(component.getType());
        return !component.getAnnotatedType().isAnnotationPresent(Nullable.class)
                && !container
                && !property.has("default");
    }

    /** The constants of an enum as they are written, each with its sentence. */
    static Map<String, String> constants(Class<?> type) {
        Method encode = Arrays.stream(type.getMethods())
                .filter(method -> method.isAnnotationPresent(JsonValue.class))
                .findFirst()
                .orElseThrow(() -> new AssertionError(type + " has no @JsonValue"));
        Map<String, String> constants = new LinkedHashMap<>();
        try {
            for (Object constant : type.getEnumConstants()) {
                constants.put((String) encode.invoke(constant), (String)
                        type.getMethod("sentence").invoke(constant));
            }
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(type + " has no sentences", e);
        }
        return constants;
    }

    private static void collect(Class<?> type, Set<Class<?>> found) {
        for (RecordComponent component : type.getRecordComponents()) {
            for (Class<?> part : parts(component.getGenericType())) {
                boolean ours = part.getPackage() == Contract.class.getPackage();
                if (ours && !VALUES.contains(part) && found.add(part) && part.isRecord()) {
                    collect(part, found);
                }
            }
        }
    }

    private static List<Class<?>> parts(Type type) {
        return switch (type) {
            case Class<?> plain -> List.of(plain);
            case ParameterizedType generic ->
                Arrays.stream(generic.getActualTypeArguments())
                        .flatMap(argument -> parts(argument).stream())
                        .toList();
            default -> throw new AssertionError("no schema is known for " + type);
        };
    }
}
