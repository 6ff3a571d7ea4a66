package io.calicofleet.executor.engine;

import static io.calicofleet.executor.engine.HandEngine.asked;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.StepFailed;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepProgress;
import io.calicofleet.event.StepProgressed;
import io.calicofleet.event.StepRequested;
import io.calicofleet.executor.port.ResourceRef;
import io.calicofleet.model.release.ObjectKey;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.function.Supplier;

/** One step of an engine that is made by hand, from its delivery to what becomes of it. */
abstract class StepScene {

    static final StepId STEP = StepId.parse("u1/c01/upgrade/1");

    final HandEngine engine = new HandEngine();
    final StepSignals signals = new StepSignals();
    HandDelivery delivery = HandDelivery.of(asked("u1/c01/upgrade/1"), 7);

    void run() throws InterruptedException {
        engine.runner().run(delivery, signals);
    }

    void run(StepRequested request) throws InterruptedException {
        delivery = HandDelivery.of(request, 7);
        run();
    }

    StepProgress outcome() {
        return engine.outbox.outcomes(STEP).getLast();
    }

    StepFailed failed() {
        return (StepFailed) outcome();
    }

    /** What it said that it waits for; empty: that it goes on. */
    List<String> waited() {
        return engine.outbox.events().stream()
                .filter(StepProgressed.class::isInstance)
                .map(event -> String.valueOf(((StepProgressed) event).waitsFor()))
                .map(words -> words.equals("null") ? "" : words)
                .toList();
    }

    /** Backups that note what is recorded, and how it was. */
    StepBackups recording() {
        return (StepBackups) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {StepBackups.class}, (proxy, method, arguments) -> {
                    String before = arguments.length < 3 ? "" : " as " + ((Supplier<?>) arguments[2]).get();
                    String what = arguments[1] instanceof ResourceRef ref
                            ? ref.object()
                            : ((ObjectKey) arguments[1]).object();
                    engine.happened.add(method.getName() + " " + what + before);
                    return null;
                });
    }

    static ObjectNode object() {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        object.put("apiVersion", "v1").put("kind", "Service");
        object.putObject("metadata").put("namespace", "x").put("name", "y");
        return object;
    }
}
