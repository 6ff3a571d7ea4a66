package io.calicofleet.executor.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.executor.port.CalicoDatastore;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.ClusterException;
import io.calicofleet.executor.port.ClusterException.Problem;
import io.calicofleet.executor.port.FenceException;
import io.calicofleet.executor.port.HelmEngine;
import io.calicofleet.executor.port.ResourceRef;
import io.calicofleet.executor.step.FakeCluster;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** The order of duties around every call of a step, and that no call is without them. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class GuardTest {

    private final List<String> order = new ArrayList<>();
    private final StepSignals signals = new StepSignals();
    private final RetryPolicy retries = new RetryPolicy(
            Duration.ofSeconds(30),
            Duration.ofMillis(1),
            signals,
            new RetryPolicy.Listener() {
                @Override
                public void retrying(String what, Duration since, ClusterException why) {
                    order.add("told of " + what);
                }

                @Override
                public void answered() {}
            },
            () -> true,
            () -> true);
    private final Guard plain = new Guard(() -> order.add("fence"), retries);
    private final Guard guard = plain.recording(
            (object, deletion) -> order.add((deletion ? "record the deletion of " : "record ") + name(object)));
    private final ObjectNode object = object("x");

    @Test
    void a_write_is_recorded_then_fenced_then_made() {
        assertThat(guard.<String>write(object, () -> write("done"))).isEqualTo("done");
        assertThat(order).containsExactly("record x", "fence", "write");
    }

    @Test
    void each_try_is_fenced_anew_and_the_refusal_is_told_by_the_name_of_the_object() {
        ArrayDeque<RuntimeException> refusals = new ArrayDeque<>(List.of(
                new ClusterException(Problem.REFUSED, "quota", null),
                new ClusterException(Problem.UNAVAILABLE, "away", null)));
        guard.write(object, () -> {
            if (!refusals.isEmpty()) {
                order.add("refused");
                throw refusals.remove();
            }
            return write("done");
        });
        assertThat(order)
                .containsExactly(
                        "record x", "fence", "refused", "told of Service a/x", "fence", "refused", "fence", "write");
    }

    @Test
    void nothing_is_written_behind_a_closed_fence_or_without_a_record() {
        FenceException closed = new FenceException(FenceException.Why.LEASE_LOST, "lost");
        Guard fenced = new Guard(
                        () -> {
                            throw closed;
                        },
                        retries)
                .recording((recorded, deletion) -> order.add("record"));
        assertThatThrownBy(() -> fenced.write(object, () -> write(""))).isSameAs(closed);
        assertThatThrownBy(() -> fenced.delete(object, () -> write(""))).isSameAs(closed);
        assertThat(order).doesNotContain("write");
        // When
        ClusterException full = new ClusterException(Problem.INVALID, "the backup is full", null);
        Guard unrecorded = plain.recording((recorded, deletion) -> {
            throw full;
        });
        order.clear();
        // Then
        assertThatThrownBy(() -> unrecorded.write(object, () -> write(""))).isSameAs(full);
        assertThatThrownBy(() -> unrecorded.write(object, () -> write("")))
                .as("it is not taken for recorded")
                .isSameAs(full);
        assertThatThrownBy(() -> unrecorded.delete(object, () -> write(""))).isSameAs(full);
        assertThat(order).isEmpty();
    }

    @Test
    void an_object_is_recorded_once_and_its_deletion_each_time() {
        guard.write(object, () -> write(""));
        guard.write(object, () -> write(""));
        guard.write(object("y"), () -> write(""));
        guard.delete(object, () -> write(""));
        guard.delete(object, () -> write(""));
        guard.write(object, () -> write(""));
        assertThat(order.stream().filter(said -> said.startsWith("record")))
                .containsExactly("record x", "record y", "record the deletion of x", "record the deletion of x");
        assertThat(order.stream().filter("fence"::equals)).hasSize(6);
    }

    @Test
    void without_a_recorder_writes_are_fenced_all_the_same_and_reads_are_not() {
        plain.write(object, () -> write(""));
        plain.delete(object, () -> write(""));
        assertThat(order).containsExactly("fence", "write", "fence", "write");
        order.clear();
        assertThat(plain.<String>read("x", no -> false, () -> "seen")).isEqualTo("seen");
        assertThat(plain.find("x", () -> Optional.of("seen"))).contains("seen");
        assertThat(order).isEmpty();
    }

    @Test
    void every_method_of_a_cluster_that_is_no_read_is_guarded_and_a_new_one_cannot_be_forgotten() throws Exception {
        Set<String> reads =
                Set.of("version", "uid", "ready", "servedKinds", "find", "list", "rehearse", "denied", "watch", "logs");
        Set<String> writes = fencedOnes(ClusterApi.class, reads, recorder -> new GuardedCluster(recorder, guard));
        assertThat(writes).containsExactly("create", "delete", "helm", "replace", "restart");
    }

    @Test
    void every_method_of_a_datastore_that_is_no_read_is_guarded_and_a_new_one_cannot_be_forgotten() throws Exception {
        Set<String> reads = Set.of("datastore", "permissions", "find", "list", "entries", "watch", "nodeNames");
        Set<String> writes =
                fencedOnes(CalicoDatastore.class, reads, recorder -> new GuardedDatastore(recorder, guard));
        assertThat(writes).containsExactly("create", "delete", "replace");
    }

    @Test
    void every_read_of_a_cluster_is_tried_again_where_it_may_be_answered_later() throws Exception {
        assertThat(unretried(ClusterApi.class, recorder -> new GuardedCluster(recorder, guard)))
                .as("they ask nothing, hear of failures themselves, or are what is asked while in doubt")
                .containsExactly("helm", "ready", "watch");
        assertThat(unretried(CalicoDatastore.class, recorder -> new GuardedDatastore(recorder, guard)))
                .containsExactly("datastore", "permissions", "watch");
    }

    @Test
    void helm_gets_the_fence_to_look_at_itself() {
        new GuardedCluster(new FakeCluster(), guard).helm();
        guard.fence().run();
        assertThat(order).containsExactly("fence");
    }

    private interface Wrap<T> {
        T around(T port);
    }

    /** Calls each method that is not declared a read; which of them ran the fence before they reached the port. */
    private <T> Set<String> fencedOnes(Class<T> port, Set<String> reads, Wrap<T> wrap) throws Exception {
        T guarded = wrap.around(proxy(port, (proxy, method, arguments) -> {
            order.add("reached");
            return method.getName().equals("helm") ? helm() : answer(method);
        }));
        Set<String> fenced = new TreeSet<>();
        for (Method method : methods(port)) {
            order.clear();
            method.invoke(guarded, arguments(method));
            if (order.contains("fence")) {
                fenced.add(method.getName());
                int fence = order.indexOf("fence");
                assertThat(method.getName().equals("helm") || order.indexOf("reached") > fence)
                        .as("%s: %s", method, order)
                        .isTrue();
            } else {
                assertThat(reads)
                        .as("%s is not guarded, and not known to be a read", method)
                        .contains(method.getName());
            }
        }
        assertThat(fenced).doesNotContainAnyElementsOf(reads);
        return fenced;
    }

    /** The methods that pass on the first refusal for now. */
    private <T> Set<String> unretried(Class<T> port, Wrap<T> wrap) throws Exception {
        Set<String> passed = new TreeSet<>();
        for (Method method : methods(port)) {
            int[] calls = {0};
            T guarded = wrap.around(proxy(port, (proxy, called, arguments) -> {
                if (called.equals(method) && calls[0]++ == 0) {
                    throw new ClusterException(Problem.UNAVAILABLE, "away", null);
                }
                return called.getName().equals("helm") ? helm() : answer(called);
            }));
            try {
                method.invoke(guarded, arguments(method));
                if (calls[0] == 1) {
                    passed.add(method.getName());
                }
            } catch (InvocationTargetException e) {
                assertThat(e.getCause()).isInstanceOf(ClusterException.class);
                passed.add(method.getName());
            }
        }
        return passed;
    }

    private static <T> List<Method> methods(Class<T> port) {
        return Arrays.stream(port.getMethods())
                .filter(method -> !method.isDefault() || !isShorthand(method))
                .collect(Collectors.toList());
    }

    /** What calls the other methods of the same object is guarded by them. */
    private static boolean isShorthand(Method method) {
        return method.getName().equals("nodeNames")
                || (method.getName().equals("list") && method.getParameterCount() == 2);
    }

    private HelmEngine helm() {
        return proxy(HelmEngine.class, (proxy, method, arguments) -> {
            if (method.getName().equals("guarded")) {
                ((Runnable) arguments[0]).run();
                return proxy;
            }
            return answer(method);
        });
    }

    private static <T> T proxy(Class<T> port, InvocationHandler handler) {
        return port.cast(Proxy.newProxyInstance(port.getClassLoader(), new Class<?>[] {port}, handler));
    }

    private Object[] arguments(Method method) {
        return Arrays.stream(method.getParameterTypes()).map(this::argument).toArray();
    }

    private Object argument(Class<?> type) {
        if (type == ObjectNode.class) {
            return object;
        } else if (type == ResourceRef.class) {
            return ResourceRef.of(object);
        } else if (type == String.class) {
            return "x";
        } else if (type == List.class) {
            return List.of();
        } else if (type == int.class) {
            return 1;
        } else if (type == Runnable.class) {
            return (Runnable) () -> {};
        } else if (type.isEnum()) {
            return type.getEnumConstants()[0];
        } else {
            throw new AssertionError("an argument for " + type);
        }
    }

    private static Object answer(Method method) {
        return Map.<Class<?>, Object>of(
                        String.class, "answer",
                        boolean.class, true,
                        Set.class, Set.of(),
                        List.class, List.of("one"),
                        Optional.class, Optional.of("one"),
                        SortedMap.class, new TreeMap<>(Map.of("one", "two")),
                        ObjectNode.class, JsonNodeFactory.instance.objectNode())
                .get(method.getReturnType());
    }

    private String write(String answer) {
        order.add("write");
        return answer;
    }

    private static String name(ObjectNode object) {
        return object.at("/metadata/name").asText();
    }

    private static ObjectNode object(String name) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        object.put("apiVersion", "v1").put("kind", "Service");
        object.putObject("metadata").put("namespace", "a").put("name", name);
        return object;
    }
}
