package io.calicofleet.verifier.adapter;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.Event;
import io.calicofleet.event.EventIds;
import io.calicofleet.event.FleetEvent;
import io.calicofleet.event.GateKind;
import io.calicofleet.event.GatesMissing;
import io.calicofleet.event.Lines;
import io.calicofleet.event.LogKeys;
import io.calicofleet.event.Outcome;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.Topic;
import io.calicofleet.runtime.streams.PromptCommit;
import io.calicofleet.runtime.trace.Traced;
import io.calicofleet.runtime.trace.Tracing;
import io.calicofleet.verifier.core.verification.Judgement;
import io.calicofleet.verifier.core.verification.Verdict;
import io.calicofleet.verifier.core.verification.Verification;
import io.calicofleet.verifier.core.verification.VerifierCore;
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
 * <p>What passes between two words of a cluster is measured here, by a clock that nobody sets, and only while this runs: a
 * backlog that is read after a start adds nothing. The clocks of events and the wall clock are for people.
 */
final class VerifyProcessor extends ContextualProcessor<String, Inbound, String, Outbound> {

    static final String VERIFICATIONS = "verifications";
    static final String TRAFFIC = "traffic";

    private static final Logger LOGGER = LoggerFactory.getLogger(VerifyProcessor.class);
    private static final String SOURCE = "/calico-fleet/verifier";
    private static final Duration AGAIN = Duration.ofSeconds(1);

    /** How much of the time a step has waited a verifier that is killed may forget. */
    private static final Duration KEPT_EVERY = Duration.ofMinutes(10);

    private final VerifierOptions options;
    private final VerifierMeters meters;
    private final PromptCommit commit;
    private final Map<String, Verification> verifications = new HashMap<>();

    private Listening listening;

    private final MissingTold told = new MissingTold();

    private final EarlyChecks early = new EarlyChecks();

    private final YamlPolicyReader policies = new YamlPolicyReader();

    private WakeUps wakeUps = new WakeUps();
    private @Nullable KeyValueStore<String, Verification> store;
    private @Nullable TrafficStore traffic;
    private Instant startedAt = Instant.MIN;
    private Instant tickedAt = Instant.MIN;
    private boolean published;
    private int open;

    VerifyProcessor(VerifierOptions options, VerifierMeters meters, PromptCommit commit) {
        this.options = options;
        this.commit = commit;
        this.meters = meters;
        this.listening = new Listening(options.steady());
    }

    @Override
    public void init(ProcessorContext<String, Outbound> context) {
        super.init(context);
        store = context.getStateStore(VERIFICATIONS);
        traffic = null;
        verifications.clear();
        early.clear();
        told.clear();
        listening = new Listening(options.steady());
        wakeUps = new WakeUps();
        meters.open(-open);
        open = 0;
        context.schedule(options.tick(), PunctuationType.WALL_CLOCK_TIME, timestamp -> tick());
    }

    /** Reads the stores, once, before anything else is done with them. */
    private TrafficStore load() {
        TrafficStore loaded = new TrafficStore(
                context().getStateStore(TRAFFIC), options.limits(), List.of(options.logPrefix()), meters);
        traffic = loaded;
        startedAt = listening.now();
        try (KeyValueIterator<String, Verification> entries = store().all()) {
            entries.forEachRemaining(entry -> {
                verifications.put(entry.key, entry.value);
                count(entry.value, 1);
                listening.begin(entry.key);
                if (entry.value.isOpen()) {
                    wakeUps.set(entry.key, startedAt.plus(options.startGrace()));
                } else {
                    wake(entry.key, entry.value);
                }
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
                commit.published(context());
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
        traffic();
        Instant at = earlier(Instant.ofEpochMilli(record.timestamp()), wallClock());
        switch (record.value()) {
            case Inbound.Requested requested -> requested(record.key(), requested, at);
            case Inbound.Checked checked -> checked(record.key(), checked, at);
            case Inbound.Lost lost -> lost(record.key(), lost);
            case Inbound.Heard heard -> heard(record.key(), heard, at);
            case DeadLetter letter -> context().forward(new Record<>("", letter, record.timestamp()));
        }
        // Kafka's own ticks stand still for as long as the clock of the machine was set back.
        if (!listening.now().isBefore(tickedAt.plus(options.tick()))) {
            tick();
        }
    }

    private void requested(String cluster, Inbound.Requested requested, Instant at) {
        Verification known = verifications.get(cluster);
        StepId step = requested.request().step();
        if (known != null && known.step().equals(step)) {
            answer(known);
            return;
        }
        if (known != null && VerifierCore.isOutranked(known, requested.request())) {
            return;
        }
        if (known != null && known.isOpen()) {
            meters.replaced();
        }
        Verification opened = VerifierCore.open(requested.request(), requested.trace(), requested.at());
        listening.begin(cluster);
        traffic().follow(step, concernsHostEndpoints(opened));
        if (opened.isOpen()) {
            meters.opened();
        }
        judge(cluster, opened);
        Inbound.Checked overtook = early.take(step, listening.now());
        if (overtook != null) {
            checked(cluster, overtook, at);
        }
    }

    private void checked(String cluster, Inbound.Checked checked, Instant at) {
        Verification known = verifications.get(cluster);
        if (known == null || !known.step().equals(checked.step())) {
            meters.checked(VerifierMeters.Checked.UNKNOWN_STEP);
            early.keep(checked, listening.now());
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
        traffic().prefixes(cluster, checked.check().observation().logPrefixes());
        known.prober(checked.check().observation(), at)
                .ifPresent(prober -> traffic().probed(cluster, prober));
        Optional<Verification> seen = VerifierCore.see(known, checked.check(), listening.since(cluster));
        meters.checked(seen.isPresent() ? VerifierMeters.Checked.FOLDED : VerifierMeters.Checked.DUPLICATE);
        seen.ifPresent(verification -> {
            listening.heard(cluster);
            Judgement judgement = judge(cluster, verification.waited(listening.waited(cluster)));
            if (checked.check().acted() && judgement instanceof Judgement.Open open) {
                tellMissing(cluster, known, open.missing());
            }
        });
    }

    private void tellMissing(String cluster, Verification verification, List<String> missing) {
        StepId step = verification.step();
        if (told.isDue(cluster, step, missing, listening.now())) {
            String said = "The gates of " + step.kind() + " on " + step.cluster() + " still wait for "
                    + Lines.first(missing) + ".";
            GatesMissing event = new GatesMissing(step, missing, said);
            publish(EventIds.missing(event), wallClock(), verification, event);
        }
    }

    private void lost(String cluster, Inbound.Lost lost) {
        Verification known = verifications.get(cluster);
        if (known == null || !known.step().equals(lost.step()) || known.gates().isEmpty()) {
            meters.checked(VerifierMeters.Checked.UNKNOWN_STEP);
        } else if (known.verdict() != null) {
            meters.checked(VerifierMeters.Checked.ANSWERED);
            answer(known);
        } else {
            Optional<Verification> seen = VerifierCore.lose(known, lost.lost(), listening.since(cluster));
            meters.checked(seen.isPresent() ? VerifierMeters.Checked.LOST : VerifierMeters.Checked.DUPLICATE);
            seen.ifPresent(verification -> {
                listening.heard(cluster);
                Verification later = verification.waited(listening.waited(cluster));
                keep(cluster, later);
                wake(cluster, later);
            });
        }
    }

    private void heard(String cluster, Inbound.Heard heard, Instant at) {
        boolean newNode =
                traffic().hear(cluster, heard.line().node(), heard.line().log(), at);
        Verification known = verifications.get(cluster);
        // What was seen before a silence says nothing of now: then the next check is waited for.
        if (newNode
                && known != null
                && VerifierCore.asksFor(known, GateKind.HOST_ENDPOINT_TRAFFIC)
                && known.history().fresh(listening.since(cluster))) {
            judge(cluster, known);
        }
    }

    private void tick() {
        traffic();
        Instant now = listening.now();
        tickedAt = now;
        if (now.isBefore(startedAt.plus(options.startGrace()))) {
            return;
        }
        for (String cluster : wakeUps.due(now)) {
            Verification known = verifications.get(cluster);
            if (known == null) {
                continue;
            }
            if (known.isOpen()) {
                waitOn(cluster, known);
            } else {
                count(known, -1);
                verifications.remove(cluster);
                store().delete(cluster);
                traffic().forget(cluster);
                told.forget(cluster);
                listening.forget(cluster);
            }
        }
    }

    /** Nothing was heard of it for a while: counts the time, says that it is silent, and ends it at its limit. */
    private void waitOn(String cluster, Verification known) {
        try {
            if (listening.becameSilent(cluster, known.history().silence())) {
                meters.silent();
                LOGGER.atInfo()
                        .addKeyValue(LogKeys.CAMPAIGN, known.step().campaign())
                        .addKeyValue(LogKeys.CLUSTER, cluster)
                        .addKeyValue(LogKeys.STEP, known.step())
                        .log("nothing comes from the executor; no deadline runs meanwhile");
            }
            judge(cluster, known.waited(listening.waited(cluster)));
        } catch (KafkaException e) {
            throw e;
        } catch (RuntimeException e) {
            LOGGER.atError()
                    .addKeyValue(LogKeys.CLUSTER, cluster)
                    .addKeyValue(LogKeys.STEP, known.step())
                    .setCause(e)
                    .log("step not judged");
            wakeUps.set(cluster, listening.now().plus(AGAIN));
        }
    }

    /** Judges, keeps what is new, and publishes the verdict where there is one. */
    private Judgement judge(String cluster, Verification verification) {
        Judgement judgement = VerifierCore.judge(verification, traffic().of(cluster), policies, wallClock());
        keep(cluster, judgement.verification());
        switch (judgement) {
            case Judgement.Open stays -> wake(cluster, stays.verification());
            case Judgement.Decided decided -> {
                wake(cluster, decided.verification());
                meters.judged(decided.verdict().judged(), verification.waited());
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
                    traffic().forget(cluster);
                }
            }
        }
        return judgement;
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
        publish(EventIds.verdict(verdict.judged()), verdict.at(), verification, verdict.judged());
    }

    private void publish(String id, Instant at, Verification verification, FleetEvent said) {
        var event = Event.of(id, SOURCE, at, null, verification.trace(), said);
        try (Traced sent = Tracing.send(event.attributes(), Topic.VERDICTS.topicName())) {
            context()
                    .forward(new Record<>(
                            event.key(),
                            new Outbound.Said(event.in(sent.context())),
                            context().currentSystemTimeMs()));
        }
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
        if (verification.isOpen()) {
            open += change;
            meters.open(change);
        }
    }

    /** Looks at an open one when it may be silent or at its limit; at another when it may be forgotten. */
    private void wake(String cluster, Verification verification) {
        Duration next = options.forgetAfter();
        if (verification.isOpen()) {
            next = shorter(KEPT_EVERY, verification.left());
            Duration since = listening.since(cluster);
            Duration silence = verification.history().silence().plusMillis(1);
            if (since != null && since.compareTo(silence) < 0) {
                next = shorter(next, silence.minus(since));
            }
        }
        wakeUps.set(cluster, listening.now().plus(next));
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static boolean concernsHostEndpoints(Verification verification) {
        StepKind kind = verification.step().kind();
        return kind == StepKind.PROTECT_HOST_ENDPOINTS
                || kind == StepKind.REVIEW_HOST_ENDPOINT_TRAFFIC
                || VerifierCore.asksFor(verification, GateKind.HOST_ENDPOINT_PROTECTION)
                || VerifierCore.asksFor(verification, GateKind.HOST_ENDPOINT_TRAFFIC);
    }

    private KeyValueStore<String, Verification> store() {
        return requireNonNull(store, "init comes first");
    }

    private TrafficStore traffic() {
        TrafficStore loaded = traffic;
        return loaded == null ? load() : loaded;
    }

    private Instant wallClock() {
        return Instant.ofEpochMilli(context().currentSystemTimeMs());
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }
}
