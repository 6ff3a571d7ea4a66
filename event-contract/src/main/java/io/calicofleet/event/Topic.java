package io.calicofleet.event;

import static java.util.stream.Collectors.toUnmodifiableMap;

import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The topics with their settings: the single place that knows them. The services create them from here at their start,
 * and the Strimzi resources in {@code deploy} are written from here.
 */
public enum Topic {
    CLUSTERS("clusters", Kept.COMPACTED, "the clusters and who serves them; keyed by cluster"),
    COMMANDS("commands", Kept.BY_TIME, "what people ask of campaigns; keyed by campaign"),
    CLAIMS("claims", Kept.BY_TIME, "which campaign wants which cluster to itself; keyed by cluster"),
    CLAIM_ANSWERS("claim-answers", Kept.BY_TIME, "which campaign has which cluster; keyed by campaign"),
    STEPS("steps", Kept.BY_TIME, "the steps the planner asks for; keyed by cluster"),
    PROGRESS("progress", Kept.BY_TIME, "what executors report of their steps; keyed by campaign"),
    PLANS("plans", Kept.BY_TIME, "what an upgrade would write to each cluster; keyed by campaign/cluster"),
    CHECKS("checks", Kept.BY_TIME, "what executors see of their clusters; keyed by cluster"),
    TRAFFIC("traffic", Kept.BY_TIME, "kernel log lines of the nodes; keyed by cluster"),
    VERDICTS("verdicts", Kept.BY_TIME, "what the verifier judges; keyed by campaign"),
    DECISIONS("decisions", Kept.LONG, "what the planner learned of campaigns, in its order; keyed by campaign"),
    STATUS("status", Kept.COMPACTED, "the current truth; keyed by campaign, or campaign/cluster"),
    FLEET("fleet", Kept.COMPACTED, "what holds for all campaigns: whether everything is stopped; keyed by what it is"),
    FAILURES("failures", Kept.BY_TIME, "what failed, so that the same on several clusters is seen; keyed by signature"),
    AUDIT("audit", Kept.LONG, "what people asked for, and what they were refused; keyed by who writes it"),
    DEAD_LETTERS(
            "dead-letters", Kept.BY_TIME, "records nobody could read, the reason in their headers; keyed as received");

    /** How long records are kept. */
    public enum Kept {
        /** The newest record of each key is kept for ever. */
        COMPACTED,
        /** For {@link Topic#RETENTION}. */
        BY_TIME,
        /** For {@link Topic#LONG_RETENTION}. */
        LONG
    }

    /** Before every topic's name. */
    public static final String PREFIX = "calico-fleet.";

    /** Partitions of every topic: the same for all, because the planner's inputs are co-partitioned. */
    public static final int PARTITIONS = 6;

    /** How long what is kept by time is kept. */
    public static final Duration RETENTION = Duration.ofDays(30);

    /** How long what is to outlast a campaign of months is kept. */
    public static final Duration LONG_RETENTION = Duration.ofDays(180);

    /**
     * The largest record a sender may send, 4 MiB: the review of a large cluster is long. Producers have to allow it
     * too ({@code max.request.size}, 1 MiB by default).
     */
    public static final int MAX_RECORD_BYTES = 4 * 1024 * 1024;

    /** What a dead letter may need beyond the record it is about, for the headers that say what was wrong. */
    private static final int DEAD_LETTER_EXTRA_BYTES = 64 * 1024;

    private static final Map<String, Topic> BY_NAME =
            Arrays.stream(values()).collect(toUnmodifiableMap(Topic::topicName, Function.identity()));

    private final String name;
    private final String topicName;
    private final Kept kept;
    private final String purpose;

    Topic(String name, Kept kept, String purpose) {
        this.name = name;
        this.topicName = PREFIX + name;
        this.kept = kept;
        this.purpose = purpose;
    }

    /** The name on Kafka, such as {@code calico-fleet.steps}. */
    public String topicName() {
        return topicName;
    }

    /** The name without its prefix. */
    public String shortName() {
        return name;
    }

    /** How long its records are kept. */
    public Kept kept() {
        return kept;
    }

    /** Who writes it, and signs what it writes; empty where anybody may: log shippers, and whoever has met a record it cannot read. */
    public Optional<Sender> sender() {
        return switch (this) {
            case COMMANDS, CLAIMS, CLAIM_ANSWERS, STEPS, DECISIONS, STATUS, FLEET, FAILURES, AUDIT ->
                Optional.of(Sender.PLANNER);
            case CLUSTERS, PROGRESS, PLANS, CHECKS -> Optional.of(Sender.EXECUTOR);
            case VERDICTS -> Optional.of(Sender.VERIFIER);
            case TRAFFIC, DEAD_LETTERS -> Optional.empty();
        };
    }

    /** The topic of this name on Kafka; empty where it is none of ours. */
    public static Optional<Topic> find(String topicName) {
        return Optional.ofNullable(BY_NAME.get(topicName));
    }

    /** What it is for and how it is keyed. */
    public String purpose() {
        return purpose;
    }

    /** The settings on the broker, by Kafka's names. */
    public Map<String, String> settings() {
        String maxMessage =
                String.valueOf(this == DEAD_LETTERS ? MAX_RECORD_BYTES + DEAD_LETTER_EXTRA_BYTES : MAX_RECORD_BYTES);
        return switch (kept) {
            case COMPACTED -> Map.of("cleanup.policy", "compact", "max.message.bytes", maxMessage);
            case BY_TIME -> byTime(RETENTION, maxMessage);
            case LONG -> byTime(LONG_RETENTION, maxMessage);
        };
    }

    private static Map<String, String> byTime(Duration time, String maxMessage) {
        return Map.of(
                "cleanup.policy",
                "delete",
                "retention.ms",
                String.valueOf(time.toMillis()),
                "max.message.bytes",
                maxMessage);
    }

    @Override
    public String toString() {
        return topicName();
    }
}
