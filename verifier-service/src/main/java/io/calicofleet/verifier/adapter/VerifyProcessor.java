package io.calicofleet.verifier.adapter;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.Event;
import io.calicofleet.event.EventIds;
import io.calicofleet.event.GateKind;
import io.calicofleet.event.LogKeys;
import io.calicofleet.event.Outcome;
import io.calicofleet.event.StepId;
import io.calicofleet.kafka.streams.PromptCommit;
import io.calicofleet.verifier.core.Judgement;
import io.calicofleet.verifier.core.Verdict;
import io.calicofleet.verifier.core.Verification;
import io.calicofleet.verifier.core.VerifierCore;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Runs the {@link VerifierCore} for the clusters of one partition. Keeps the newest verification of each cluster in a
 * store, and the same in memory so that a record costs one write and no read; it starts over from the store after every
 * {@link #init}, after a restart as after a transaction that was rolled back.
 *
 * <p>Time is the events' own, never later than the wall clock; deadlines come by the wall-clock tick. While a backlog is
 * read after a start, which shows by events older than the clock, no deadline is judged: the data that meets it may lie in the backlog.
 */
final class VerifyProcessor extends ContextualProcessor<String, Inbound, String, Outbound> {

    static final String VERIFICATIONS = "verifications";
    static final String TRAFFIC = "traffic";

    private static final Logger LOGGER = LoggerFactory.getLogger(VerifyProcessor.class);
    private static final String SOURCE = "/calico-fleet/verifier";
    private static final Duration BACKLOG = Duration.ofSeconds(10);
    private static final Duration BACKLOG_READ_BY = Duration.ofMinutes(10);
    private static final Duration QUIET = Duration.ofSeconds(1);

    private final VerifierOptions options;
    private final VerifierMeters meters;
    private final Map<String, Verification> verifications = new HashMap<>();

    /** The newest check of a step that is not known yet: topics are read side by side, so it may overtake the request. */
    private final Map<String, Inbound.Checked> early = new HashMap<>();

    private final YamlPolicyReader policies = new YamlPolicyReader();

    private WakeUps wakeUps = new WakeUps();
    private @Nullable KeyValueStore<String, Verification> store;
    private @Nullable Tallies tallies;
    private Instant startedAt = Instant.MIN;
    private Instant lastEventAt = Instant.MIN;
    private boolean backlog;
    private boolean published;
    private int open;

    VerifyProcessor(VerifierOptions options, VerifierMeters meters) {
        this.options = options;
        this.meters = meters;
    }

    @Override
    public void init(ProcessorContext<String, Outbound> context) {
        super.init(context);
        store = context.getStateStore(VERIFICATIONS);
        tallies = null;
        verifications.clear();
        early.clear();
        wakeUps = new WakeUps();
        meters.open(-open);
        open = 0;
        context.schedule(options.tick(), PunctuationType.WALL_CLOCK_TIME, this::tick);
    }

    /** Reads the stores, once, before anything else is done with them. */
    private Tallies load() {
        Tallies loaded =
                new Tallies(context().getStateStore(TRAFFIC), options.limits(), List.of(options.logPrefix()), meters);
        tallies = loaded;
        startedAt = wallClock();
        try (KeyValueIterator<String, Verification> entries = store().all()) {
            entries.forEachRemaining(entry -> {
                verifications.put(entry.key, entry.value);
                count(entry.value, 1);
                wakeUps.set(entry.key, startedAt.plus(options.startGrace()));
            });
        }
        return loaded;
    }

    @Override
    public void close() {
        meters.open(-open);
        open = 0;
    }

    @Override
    public void process(Record<String, Inbound> record) {
        published = false;
        try {
            handle(record);
            if (published) {
                new PromptCommit(context()).published(record.timestamp());
            }
        } catch (KafkaException e) {
            throw e;
        } catch (RuntimeException e) {
            // A bug of ours must not stop the stream for every cluster of the partition.
            LOGGER.atError()
                    .addKeyValue(LogKeys.CLUSTER, record.key())
                    .setCause(e)
                    .log("record not processed");
            context().forward(new Record<>("", DeadLetter.of(record, context(), meters, e), record.timestamp()));
        }
    }

    private void handle(Record<String, Inbound> record) {
        tallies();
        Instant clock = wallClock();
        switch (record.value()) {
            case Inbound.Requested requested -> {
                backlog(record, clock);
                requested(record.key(), requested, clock);
            }
            case Inbound.Checked checked -> {
                backlog(record, clock);
                checked(record.key(), checked, clock);
            }
            case Inbound.Heard heard ->
                heard(record.key(), heard, earlier(Instant.ofEpochMilli(record.timestamp()), clock));
            case DeadLetter letter -> context().forward(new Record<>("", letter, record.timestamp()));
        }
    }

    private void backlog(Record<String, Inbound> record, Instant clock) {
        lastEventAt = clock;
        backlog = Instant.ofEpochMilli(record.timestamp()).plus(BACKLOG).isBefore(clock);
    }

    private void requested(String cluster, Inbound.Requested requested, Instant clock) {
        Verification known = verifications.get(cluster);
        StepId step = requested.request().step();
        if (known != null && known.step().equals(step)) {
            answer(known);
            return;
        }
        if (known != null && isOpen(known)) {
            meters.replaced();
        }
        Verification opened =
                VerifierCore.open(requested.request(), requested.traceparent(), earlier(requested.at(), clock));
        tallies().follow(step, concernsHostEndpoints(opened));
        if (isOpen(opened)) {
            meters.opened();
        }
        judge(cluster, opened, opened.requestedAt());
        Inbound.Checked overtook = early.remove(cluster);
        if (overtook != null && overtook.step().equals(step)) {
            checked(cluster, overtook, clock);
        }
    }

    private void checked(String cluster, Inbound.Checked checked, Instant clock) {
        Verification known = verifications.get(cluster);
        if (known == null || !known.step().equals(checked.step())) {
            meters.checked(VerifierMeters.Checked.UNKNOWN_STEP);
            early.put(cluster, checked);
            return;
        }
        if (known.gates().isEmpty()) {
            meters.checked(VerifierMeters.Checked.UNKNOWN_STEP);
            return;
        }
        if (known.verdict() != null) {
            meters.checked(VerifierMeters.Checked.ANSWERED);
            answer(known);
            return;
        }
        tallies().prefixes(cluster, checked.check().observation().logPrefixes());
        Instant at = earlier(checked.check().at(), clock);
        Optional<Verification> seen = VerifierCore.see(known, checked.at(at));
        meters.checked(seen.isPresent() ? VerifierMeters.Checked.FOLDED : VerifierMeters.Checked.DUPLICATE);
        seen.ifPresent(verification -> judge(cluster, verification, at));
    }

    private void heard(String cluster, Inbound.Heard heard, Instant at) {
        boolean newNode =
                tallies().hear(cluster, heard.line().node(), heard.line().log(), at);
        Verification known = verifications.get(cluster);
        if (newNode && known != null && VerifierCore.asksFor(known, GateKind.HOST_ENDPOINT_TRAFFIC)) {
            judge(cluster, known, at);
        }
    }

    private void tick(long timestamp) {
        tallies();
        Instant now = Instant.ofEpochMilli(timestamp);
        boolean starting = now.isBefore(startedAt.plus(BACKLOG_READ_BY));
        boolean behind = starting && backlog && now.isBefore(lastEventAt.plus(QUIET));
        if (behind || now.isBefore(startedAt.plus(options.startGrace()))) {
            return;
        }
        for (String cluster : wakeUps.due(now)) {
            Verification known = verifications.get(cluster);
            if (known == null) {
                continue;
            }
            Instant forget = forgetAt(known);
            if (!isOpen(known) && !now.isBefore(forget)) {
                count(known, -1);
                verifications.remove(cluster);
                store().delete(cluster);
                tallies().forget(cluster);
            } else {
                judgeAtTick(cluster, known, now);
            }
        }
    }

    private void judgeAtTick(String cluster, Verification known, Instant now) {
        try {
            judge(cluster, known, now);
        } catch (KafkaException e) {
            throw e;
        } catch (RuntimeException e) {
            LOGGER.atError()
                    .addKeyValue(LogKeys.CLUSTER, cluster)
                    .addKeyValue(LogKeys.STEP, known.step())
                    .setCause(e)
                    .log("step not judged");
            wakeUps.set(cluster, now.plus(QUIET));
        }
    }

    /** Judges, keeps what is new, and publishes the verdict where there is one. */
    private void judge(String cluster, Verification verification, Instant now) {
        Judgement judgement = VerifierCore.judge(verification, tallies().of(cluster), policies, now);
        keep(cluster, judgement.verification());
        switch (judgement) {
            case Judgement.Open stays ->
                wakeUps.set(cluster, isOpen(stays.verification()) ? stays.nextLook() : forgetAt(stays.verification()));
            case Judgement.Decided decided -> {
                wakeUps.set(cluster, forgetAt(decided.verification()));
                meters.judged(
                        decided.verdict().judged(),
                        Duration.between(
                                verification.requestedAt(), decided.verdict().at()));
                // Thousands pass in a minute, and all are on the topic; the log is for what a person should see.
                LOGGER.atLevel(decided.verdict().judged().outcome() == Outcome.PASSED ? Level.DEBUG : Level.INFO)
                        .addKeyValue(LogKeys.CAMPAIGN, verification.step().campaign())
                        .addKeyValue(LogKeys.CLUSTER, cluster)
                        .addKeyValue(LogKeys.STEP, verification.step())
                        .addKeyValue(LogKeys.OUTCOME, decided.verdict().judged().outcome())
                        .addKeyValue(LogKeys.REASON, decided.verdict().judged().summary())
                        .log("step judged");
                publish(verification, decided.verdict());
                if (isReleased(decided.verdict())) {
                    tallies().forget(cluster);
                }
            }
        }
    }

    /** Whether the temporary policy is gone: what it logged is of no use any more. */
    private static boolean isReleased(Verdict verdict) {
        return verdict.judged().outcome() == Outcome.PASSED
                && verdict.judged().gates().stream().anyMatch(gate -> gate.gate() == GateKind.HOST_ENDPOINT_RELEASE);
    }

    private void answer(Verification known) {
        Verdict verdict = known.verdict();
        if (verdict != null) {
            publish(known, verdict);
        }
    }

    private void publish(Verification verification, Verdict verdict) {
        published = true;
        var event = Event.of(
                EventIds.verdict(verdict.judged()),
                SOURCE,
                verdict.at(),
                null,
                verification.traceparent(),
                verdict.judged());
        context()
                .forward(new Record<>(
                        event.key(), new Outbound.Judged(event), context().currentSystemTimeMs()));
    }

    private void keep(String cluster, Verification verification) {
        Verification before = verifications.put(cluster, verification);
        if (!verification.equals(before)) {
            store().put(cluster, verification);
            if (before != null) {
                count(before, -1);
            }
            count(verification, 1);
        }
    }

    private void count(Verification verification, int change) {
        if (isOpen(verification)) {
            open += change;
            meters.open(change);
        }
    }

    private Instant forgetAt(Verification verification) {
        Verdict verdict = verification.verdict();
        return (verdict == null ? verification.requestedAt() : verdict.at()).plus(options.forgetAfter());
    }

    private static boolean isOpen(Verification verification) {
        return verification.verdict() == null && !verification.gates().isEmpty();
    }

    private static boolean concernsHostEndpoints(Verification verification) {
        return switch (verification.step().kind()) {
            case PROTECT_HOST_ENDPOINTS, REVIEW_HOST_ENDPOINT_TRAFFIC -> true;
            case INSPECT,
                    BACKUP,
                    PREPARE,
                    UPGRADE,
                    UPGRADE_OPERATOR,
                    UPGRADE_HELM_RELEASE,
                    UPGRADE_APPLICATION_LAYER_POLICY,
                    REPLACE_CALICOCTL,
                    RELEASE_HOST_ENDPOINTS,
                    MIGRATE_TO_AUTO_HOST_ENDPOINTS,
                    RESTORE,
                    DRILL ->
                VerifierCore.asksFor(verification, GateKind.HOST_ENDPOINT_PROTECTION)
                        || VerifierCore.asksFor(verification, GateKind.HOST_ENDPOINT_TRAFFIC);
        };
    }

    private KeyValueStore<String, Verification> store() {
        return requireNonNull(store, "init comes first");
    }

    private Tallies tallies() {
        Tallies loaded = tallies;
        return loaded == null ? load() : loaded;
    }

    private Instant wallClock() {
        return Instant.ofEpochMilli(context().currentSystemTimeMs());
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }
}
