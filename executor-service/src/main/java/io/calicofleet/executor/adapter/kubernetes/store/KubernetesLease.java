package io.calicofleet.executor.adapter.kubernetes.store;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.LogKeys;
import io.calicofleet.executor.engine.LeaseLock;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.ClusterException;
import io.calicofleet.executor.port.FenceException;
import io.calicofleet.executor.port.ResourceRef;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Lease {@code kube-system/calico-fleet}.
 *
 * <pre>
 *   free, or ended   -- tryAcquire, under its resourceVersion --&gt;   ours
 *   ours             -- renewed every third of its time       --&gt;   ours
 *   ours             -- not renewed in time                   --&gt;   unsure: check() renews it or finds out who has it
 *   ours             -- somebody else in it, or nobody        --&gt;   lost, for good
 *   ours             -- release                               --&gt;   free
 * </pre>
 *
 * <p>Another's lease has ended when it has not changed for its whole time as seen from here: the clocks of two machines
 * are never compared. One of a holder that is known to be over is not waited for. A lease counts as ours for four fifths of
 * its time, so that we stop before another begins.
 */
public final class KubernetesLease implements LeaseLock {

    private static final Logger LOGGER = LoggerFactory.getLogger(KubernetesLease.class);
    private static final ResourceRef LEASE =
            new ResourceRef("coordination.k8s.io/v1", "Lease", "kube-system", "calico-fleet");
    private static final DateTimeFormatter MICRO_TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);
    private static final int RACES = 8;

    private final ClusterApi api;
    private final String holder;
    private final Predicate<String> isOver;
    private final Duration duration;
    private final InstantSource clock;
    private final LongSupplier nanos;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition ended = lock.newCondition();

    private @Nullable String seenVersion;
    private long seenAt;
    private long seenDuration;
    private boolean held;
    private boolean lost;
    private long renewedAt;

    public KubernetesLease(
            ClusterApi api, String holder, Predicate<String> isOver, Duration duration, InstantSource clock) {
        this(api, holder, isOver, duration, clock, System::nanoTime);
    }

    /** With {@code nanos} telling what has passed, and {@code clock} what people read. */
    KubernetesLease(
            ClusterApi api,
            String holder,
            Predicate<String> isOver,
            Duration duration,
            InstantSource clock,
            LongSupplier nanos) {
        this.api = requireNonNull(api, "api");
        this.holder = requireNonNull(holder, "holder");
        this.isOver = requireNonNull(isOver, "isOver");
        this.duration = requireNonNull(duration, "duration");
        this.clock = requireNonNull(clock, "clock");
        this.nanos = requireNonNull(nanos, "nanos");
    }

    @Override
    public Optional<String> tryAcquire() {
        lock.lock();
        try {
            Optional<String> other = take(true);
            if (other.isEmpty() && !held) {
                held = true;
                Thread.ofVirtual().name("lease-renewal").start(this::keepRenewed);
            }
            return other;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Optional<String> other() {
        lock.lock();
        try {
            return api.find(LEASE)
                    .filter(lease -> isHeldByOther(holderOf(lease), lease))
                    .map(KubernetesLease::holderOf);
        } finally {
            lock.unlock();
        }
    }

    private boolean isHeldByOther(String other, ObjectNode lease) {
        return !other.equals(holder) && !other.isEmpty() && !isOver.test(other) && !endedAsSeenFromHere(lease);
    }

    @Override
    public void check() {
        lock.lock();
        try {
            if (!held || lost) {
                throw lostLease("this executor does not hold the lease");
            }
            if (nanos.getAsLong() - renewedAt < duration.toNanos() * 4 / 5) {
                return;
            }
            Optional<String> other = take(false);
            if (other.isPresent()) {
                lost = true;
                throw lostLease("the lease went to " + other.get());
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void release() {
        lock.lock();
        try {
            if (!held) {
                return;
            }
            held = false;
            ended.signalAll();
            if (!lost) {
                api.find(LEASE).filter(lease -> holderOf(lease).equals(holder)).ifPresent(lease -> {
                    ObjectNode spec = spec(lease);
                    spec.put("holderIdentity", "");
                    spec.put("renewTime", now());
                    api.replace(lease);
                });
            }
        } catch (ClusterException expected) {
            lost = true; // It ends by itself in a moment.
        } finally {
            lock.unlock();
        }
    }

    /** Makes it ours, or ours for longer. Empty: it is; otherwise who has it. */
    private Optional<String> take(boolean anew) {
        for (int race = 0; race < RACES; race++) {
            Optional<ObjectNode> present = api.find(LEASE);
            try {
                long before = nanos.getAsLong();
                if (present.isEmpty()) {
                    api.create(fresh());
                    renewedAt = before;
                    return Optional.empty();
                }
                ObjectNode lease = present.get();
                String other = holderOf(lease);
                boolean ours = other.equals(holder);
                if (isHeldByOther(other, lease)) {
                    return Optional.of(other);
                }
                if (!ours && !anew) {
                    // Also where it is free: whoever had it meanwhile may have acted and released it.
                    return Optional.of(other.isEmpty() ? "another, which has released it since" : other);
                }
                ObjectNode spec = spec(lease);
                if (!ours) {
                    spec.put("holderIdentity", holder);
                    spec.put("acquireTime", now());
                    spec.put("leaseTransitions", spec.path("leaseTransitions").asInt() + 1);
                }
                spec.put("leaseDurationSeconds", toldSeconds());
                spec.put("renewTime", now());
                api.replace(lease);
                renewedAt = before;
                return Optional.empty();
            } catch (ClusterException e) {
                if (!e.isRace()) {
                    throw e;
                }
            }
        }
        return Optional.of("several executors at once");
    }

    private boolean endedAsSeenFromHere(ObjectNode lease) {
        String version = lease.path("metadata").path("resourceVersion").asText();
        if (!version.equals(seenVersion)) {
            seenVersion = version;
            seenAt = nanos.getAsLong();
            seenDuration = TimeUnit.SECONDS.toNanos(
                    lease.path("spec").path("leaseDurationSeconds").asLong(toldSeconds()));
            return false;
        }
        return nanos.getAsLong() - seenAt > seenDuration;
    }

    private void keepRenewed() {
        lock.lock();
        try {
            while (held && !lost) {
                long nanos = duration.toNanos() / 3;
                while (held && nanos > 0) {
                    nanos = ended.awaitNanos(nanos);
                }
                renew();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    /** Makes it ours for longer, where the API server answers. */
    void renew() {
        if (!held || lost) {
            return;
        }
        try {
            lost = take(false).isPresent();
        } catch (ClusterException expected) {
            LOGGER.atDebug().addKeyValue(LogKeys.REASON, expected.message()).log("the next check finds out");
        }
    }

    private ObjectNode fresh() {
        ObjectNode lease = JsonNodeFactory.instance.objectNode();
        lease.put("apiVersion", LEASE.apiVersion());
        lease.put("kind", LEASE.kind());
        ObjectNode metadata = lease.putObject("metadata");
        metadata.put("namespace", LEASE.namespace());
        metadata.put("name", LEASE.name());
        metadata.putObject("labels").put(ObjectLabels.MANAGED_BY, ObjectLabels.US);
        ObjectNode spec = lease.putObject("spec");
        spec.put("holderIdentity", holder);
        spec.put("leaseDurationSeconds", toldSeconds());
        spec.put("acquireTime", now());
        spec.put("renewTime", now());
        spec.put("leaseTransitions", 0);
        return lease;
    }

    /** Never less than what it counts for here: others believe this. */
    private long toldSeconds() {
        return duration.plusSeconds(1).minusNanos(1).toSeconds();
    }

    private String now() {
        Instant instant = clock.instant();
        return MICRO_TIME.format(instant);
    }

    private static ObjectNode spec(ObjectNode lease) {
        return lease.get("spec") instanceof ObjectNode spec ? spec : lease.putObject("spec");
    }

    private static String holderOf(JsonNode lease) {
        return lease.path("spec").path("holderIdentity").asText("");
    }

    private static FenceException lostLease(String message) {
        return new FenceException(FenceException.Why.LEASE_LOST, message);
    }
}
