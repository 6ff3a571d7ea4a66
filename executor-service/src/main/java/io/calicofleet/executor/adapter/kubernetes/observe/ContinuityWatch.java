package io.calicofleet.executor.adapter.kubernetes.observe;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.ContinuityObservation;
import io.calicofleet.executor.core.continuity.Continuity;
import io.calicofleet.executor.core.continuity.Heard;
import io.calicofleet.executor.core.continuity.Prober;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.ResourceRef;
import io.calicofleet.model.Json;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads what the probers tell in their logs, which nothing can be watched of: so it is looked at from time to time. What they tell is all since they
 * began, so nothing is missed between two looks.
 */
final class ContinuityWatch implements AutoCloseable {

    /** Probers tell every five seconds. */
    private static final Duration EVERY = Duration.ofSeconds(10);

    /** A look soon after another one finds nothing new. */
    private static final Duration SOONEST = Duration.ofSeconds(4);

    private static final int LINES = 60;

    private final ClusterApi cluster;
    private final String namespace;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final long began = System.nanoTime();
    private @Nullable Continuity measured;
    private @Nullable ContinuityObservation last;
    private long lookedAt;

    /** One that asks to be looked at by {@code due}, on a thread of its own. */
    ContinuityWatch(ClusterApi cluster, String namespace, Runnable due) {
        this.cluster = requireNonNull(cluster, "cluster");
        this.namespace = requireNonNull(namespace, "namespace");
        Thread unused = Thread.ofVirtual().name("continuity").start(() -> {
            try {
                while (!closed.await(EVERY.toSeconds(), TimeUnit.SECONDS)) {
                    due.run();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /** What was measured so far. */
    ContinuityObservation observe(Collection<? extends JsonNode> nodes) {
        ContinuityObservation known = last;
        if (known != null && System.nanoTime() - lookedAt < SOONEST.toNanos()) {
            return known;
        }
        ContinuityObservation now = look(nodes);
        last = now;
        lookedAt = System.nanoTime();
        return now;
    }

    private ContinuityObservation look(Collection<? extends JsonNode> nodes) {
        Continuity continuity = measured;
        if (continuity == null) {
            Optional<ObjectNode> baseline =
                    cluster.find(new ResourceRef("v1", "ConfigMap", namespace, Prober.BASELINE));
            Optional<String> refusal = baseline.isEmpty()
                    ? Optional.of("what was measured before the upgrade is gone: there is no ConfigMap " + namespace
                            + "/" + Prober.BASELINE)
                    : Prober.refusal(baseline.get());
            if (refusal.isPresent()) {
                return ContinuityObservation.refused(refusal.get());
            }
            continuity = new Continuity(Prober.heard(baseline.get()), Prober.leftOut(baseline.get()));
            measured = continuity;
        }
        Heard heard = new Heard();
        cluster.logs(namespace, Prober.DIALLING, LINES).forEach(log -> heard.add(log.node(), log.lines()));
        continuity.add(heard);
        return continuity.observe(
                nodes.stream()
                        .map(node -> Json.text(node.path("metadata"), "name"))
                        .toList(),
                Duration.ofNanos(System.nanoTime() - began));
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
