package io.calicofleet.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What every record promises, tried on all of them. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class RecordsTest {

    @TestFactory
    Stream<DynamicTest> a_record_refuses_null_where_it_is_not_said_to_take_it_and_names_the_component() {
        return records().stream()
                .map(type -> DynamicTest.dynamicTest(type.getSimpleName(), () -> {
                    RecordComponent[] components = type.getRecordComponents();
                    for (int i = 0; i < components.length; i++) {
                        Object[] arguments = Arrays.stream(components)
                                .map(component -> value(component.getType()))
                                .toArray();
                        if (components[i].getType().isPrimitive()) {
                            continue;
                        }
                        arguments[i] = null;
                        Throwable thrown = thrown(type, arguments);
                        boolean nullTaken = components[i].getAnnotatedType().isAnnotationPresent(Nullable.class)
                                || List.class.isAssignableFrom(components[i].getType())
                                || Map.class.isAssignableFrom(components[i].getType());
                        if (nullTaken) {
                            assertThat(thrown).isNull();
                        } else {
                            assertThat(thrown)
                                    .as(components[i].getName())
                                    .isInstanceOf(NullPointerException.class)
                                    .hasMessage(components[i].getName());
                        }
                    }
                }));
    }

    @Test
    void a_list_is_copied_so_that_nobody_changes_an_event_that_was_sent() {
        List<String> changes = new ArrayList<>(List.of("DaemonSet kube-system/calico-node"));
        StepSucceeded event = new StepSucceeded(StepId.parse("a/b/upgrade/1"), null, changes, List.of(), "");

        changes.clear();

        assertThat(event.changes()).hasSize(1).isUnmodifiable();
    }

    /** The records reachable from the events, and the events. */
    private static Set<Class<?>> records() {
        Set<Class<?>> found = new LinkedHashSet<>(Set.of(TrafficLine.class, EventAttributes.class));
        Arrays.stream(EventType.values()).map(EventType::payload).forEach(type -> collect(type, found));
        return found;
    }

    private static void collect(Class<?> type, Set<Class<?>> found) {
        if (!type.isRecord() || !found.add(type)) {
            return;
        }
        for (RecordComponent component : type.getRecordComponents()) {
            collect(component.getType(), found);
            String generic = component.getGenericType().getTypeName();
            Arrays.stream(generic.split("[<>, ]+"))
                    .filter(name -> name.startsWith("io.calicofleet."))
                    .forEach(name -> collect(load(name), found));
        }
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name);
        } catch (ClassNotFoundException e) {
            throw new LinkageError(name, e);
        }
    }

    private static @Nullable Throwable thrown(Class<?> type, Object[] arguments) throws ReflectiveOperationException {
        try {
            create(type, arguments);
            return null;
        } catch (InvocationTargetException e) {
            return e.getCause();
        }
    }

    private static Object create(Class<?> type, @Nullable Object[] arguments) throws ReflectiveOperationException {
        Class<?>[] types = Arrays.stream(type.getRecordComponents())
                .map(RecordComponent::getType)
                .toArray(Class<?>[]::new);
        var constructor = type.getDeclaredConstructor(types);
        constructor.setAccessible(true);
        return constructor.newInstance(arguments);
    }

    private static Object value(Class<?> type) {
        if (type.isEnum()) {
            return type.getEnumConstants()[0];
        }
        Map<Class<?>, Object> plain = Map.ofEntries(
                Map.entry(String.class, "a"),
                Map.entry(int.class, 1),
                Map.entry(Integer.class, 1),
                Map.entry(long.class, 1L),
                Map.entry(Long.class, 1L),
                Map.entry(boolean.class, true),
                Map.entry(Boolean.class, true),
                Map.entry(List.class, List.of()),
                Map.entry(Map.class, Map.of()),
                Map.entry(Instant.class, Instant.EPOCH),
                Map.entry(Duration.class, Duration.ZERO),
                Map.entry(
                        TraceContext.class,
                        new TraceContext("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", null)));
        if (plain.containsKey(type)) {
            return plain.get(type);
        }
        try {
            return create(
                    type,
                    Arrays.stream(type.getRecordComponents())
                            .map(component -> value(component.getType()))
                            .toArray());
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("no value of " + type, e);
        }
    }
}
