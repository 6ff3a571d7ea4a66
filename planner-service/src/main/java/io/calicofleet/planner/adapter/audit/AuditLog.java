package io.calicofleet.planner.adapter.audit;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.AuditHead;
import io.calicofleet.event.AuditLeftOut;
import io.calicofleet.event.AuditRecorded;
import io.calicofleet.event.Event;
import io.calicofleet.event.LogKeys;
import io.calicofleet.event.Topic;
import io.calicofleet.kafka.EventJson;
import io.calicofleet.model.Digests;
import io.calicofleet.planner.core.audit.Asked;
import io.calicofleet.planner.core.audit.AuditChain;
import io.calicofleet.planner.core.audit.LeftOut;
import io.calicofleet.planner.port.AuditReader;
import io.calicofleet.planner.port.CommandSender;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the audit of this planner, one record after the other. Where it is not known whether a record has come, its chain ends there and
 * another one begins, which tells where the others ended. A refusal that gets no record of its own is counted, and the next record tells of it;
 * where none follows soon, one is written for that. Thread-safe.
 */
public final class AuditLog implements AutoCloseable {

    /** Where the events come from. */
    static final String SOURCE = "/calico-fleet/planner";

    private static final Logger LOGGER = LoggerFactory.getLogger(AuditLog.class);

    /** So many refusals may wait to be written. */
    private static final int WAITING = 1000;

    /** So many refusals a second of people nobody knows are written one by one; the others are counted. */
    private static final int STRANGERS = 20;

    /** So many ends of other chains fit into a record with room to spare; the newest are told. */
    private static final int HEADS = 1000;

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration STOP = Duration.ofSeconds(5);

    /** What was counted and could not be written is tried again so much later. */
    private static final Duration AGAIN = Duration.ofMinutes(1);

    /** An act waits for so long for records before it. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final CommandSender sender;
    private final AuditReader kept;
    private final InstantSource clock;
    private final Supplier<String> writers;
    private final Semaphore waiting = new Semaphore(WAITING);
    private final ExecutorService told = Executors.newSingleThreadExecutor(
            Thread.ofVirtual().name("planner-audit").factory());
    private final ReentrantLock order = new ReentrantLock(true);
    private final LeftOut leftOut = new LeftOut();
    private final AtomicBoolean comes = new AtomicBoolean();
    private @Nullable AuditChain chain;
    private Instant second = Instant.EPOCH;
    private int strangers;

    /**
     * Asks nobody yet.
     *
     * @param sender sends records
     * @param kept reads where the chains of others ended
     * @param writers a name for each chain, never the same one
     */
    public AuditLog(CommandSender sender, AuditReader kept, InstantSource clock, Supplier<String> writers) {
        this.sender = requireNonNull(sender, "sender");
        this.kept = requireNonNull(kept, "kept");
        this.clock = requireNonNull(clock, "clock");
        this.writers = requireNonNull(writers, "writers");
    }

    /**
     * Writes it; returns when the broker has it for good.
     *
     * @throws RuntimeException where it could not be written, or nobody knows whether it was
     */
    public void write(Asked asked) {
        inOrder(() -> writeNext(asked, leftOut.untold()));
    }

    private void inOrder(Runnable writing) {
        try {
            if (!order.tryLock(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException("records before it are not acknowledged");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the planner is stopping", e);
        }
        try {
            writing.run();
        } finally {
            order.unlock();
        }
    }

    private void writeNext(Asked asked, List<AuditLeftOut> untold) {
        AuditChain now = chain == null ? begin() : chain;
        AuditRecorded record = now.next(asked, clock.instant(), untold);
        chain = null;
        sender.send(Event.of(
                record.writer() + "/" + record.sequence(),
                SOURCE,
                record.at(),
                asked.who() == null ? null : asked.who().name(),
                null,
                record));
        chain = now.with(record, Digests.sha256(EventJson.write(record)));
        leftOut.told(untold);
    }

    /**
     * Writes it soon, and waits for nobody, so that an event loop may call it. What cannot be written is in the log of the planner, and counted.
     */
    public void tell(Asked asked) {
        if (!isWritten(asked)) {
            count(asked);
            return;
        }
        if (!waiting.tryAcquire()) {
            lost(asked, "too many wait");
            return;
        }
        told.execute(() -> {
            try {
                write(asked);
            } catch (RuntimeException e) {
                lost(asked, String.valueOf(e.getMessage()));
            } finally {
                waiting.release();
            }
        });
    }

    private void count(Asked asked) {
        leftOut.add(asked);
        writeLeftOut(SECOND);
    }

    /** Has a record tell what is counted, unless another one has done it by then. */
    private void writeLeftOut(Duration later) {
        if (!comes.getAndSet(true)) {
            CompletableFuture.delayedExecutor(later.toMillis(), TimeUnit.MILLISECONDS, told)
                    .execute(this::writeLeftOut);
        }
    }

    private void writeLeftOut() {
        comes.set(false);
        try {
            inOrder(() -> {
                List<AuditLeftOut> untold = leftOut.untold();
                if (!untold.isEmpty()) {
                    writeNext(LeftOut.telling(untold), untold);
                }
            });
        } catch (RuntimeException e) {
            LOGGER.atError()
                    .addKeyValue(LogKeys.REASON, e.getMessage())
                    .log("what is counted cannot be written to the audit yet");
            writeLeftOut(AGAIN);
        }
    }

    /** Tells that something was done, or refused, and has no record of its own in the audit. */
    private void lost(Asked asked, String why) {
        count(asked);
        LOGGER.atError()
                .addKeyValue("actor", asked.who() == null ? "" : asked.who().name())
                .addKeyValue("from", asked.from())
                .addKeyValue("request", asked.request())
                .addKeyValue("status", asked.status())
                .addKeyValue(LogKeys.REASON, why)
                .log("this is not in the audit: {}", asked.summary());
    }

    /** Whoever asks without end and is not known fills no topic. */
    private synchronized boolean isWritten(Asked asked) {
        if (asked.who() != null) {
            return true;
        }
        Instant now = clock.instant();
        if (!now.isBefore(second.plus(SECOND))) {
            second = now;
            strangers = 0;
        }
        strangers++;
        return strangers <= STRANGERS;
    }

    private AuditChain begin() {
        Instant now = clock.instant();
        Map<String, AuditHead> heads = new TreeMap<>();
        kept.read(now.minus(Topic.RETENTION), one -> {
            AuditRecorded record = one.record();
            if (record != null) {
                heads.put(
                        record.writer(),
                        new AuditHead(
                                record.writer(),
                                record.sequence(),
                                Digests.sha256(one.sent().value().getBytes(StandardCharsets.UTF_8)),
                                record.at()));
            }
        });
        return AuditChain.begin(
                writers.get(),
                now,
                heads.values().stream()
                        .sorted(Comparator.comparing(AuditHead::at).reversed())
                        .limit(HEADS)
                        .toList());
    }

    /** Waits a moment for what is to be written. */
    @Override
    public void close() {
        if (told.isShutdown()) {
            return;
        }
        told.execute(this::writeLeftOut);
        told.shutdown();
        try {
            if (!told.awaitTermination(STOP.toMillis(), TimeUnit.MILLISECONDS)) {
                told.shutdownNow();
                LOGGER.atWarn().log("refusals of the last moment are not in the audit");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
