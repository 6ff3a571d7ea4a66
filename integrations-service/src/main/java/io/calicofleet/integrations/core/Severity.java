package io.calicofleet.integrations.core;

import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.ClusterAnnounced;
import io.calicofleet.event.ClusterPhase;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.event.FailureSeen;
import io.calicofleet.event.FleetEvent;
import io.calicofleet.event.FleetStop;
import io.calicofleet.event.Outcome;
import io.calicofleet.event.StepFailed;
import io.calicofleet.event.StepHeld;
import io.calicofleet.event.StepJudged;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** How much an event asks of people; the least first. */
public enum Severity {
    /** It goes on by itself. */
    INFO,
    /** Something waits for a person. */
    WARNING,
    /** Something failed, or everything is stopped. */
    CRITICAL;

    /** That of an event: it follows from what the event says. */
    public static Severity of(FleetEvent event) {
        return switch (event) {
            case StepFailed failed -> CRITICAL;
            case FailureSeen seen -> CRITICAL;
            case StepHeld held -> WARNING;
            case StepJudged judged -> of(judged.outcome());
            case CampaignStatus status -> of(status.phase());
            case ClusterStatus status -> of(status.phase());
            case FleetStop stop -> stop.stop() == null ? INFO : CRITICAL;
            case ClusterAnnounced announced -> announced.reachable() ? INFO : WARNING;
            case FleetEvent other -> INFO;
        };
    }

    private static Severity of(Outcome outcome) {
        return switch (outcome) {
            case PASSED -> INFO;
            case NEEDS_APPROVAL, CONTESTED, UNDECIDED -> WARNING;
            case FAILED -> CRITICAL;
        };
    }

    private static Severity of(CampaignPhase phase) {
        return switch (phase) {
            case RUNNING, SOAKING, SCHEDULED, SUCCEEDED -> INFO;
            case AWAITING_APPROVAL, PAUSED, ABORTING, ABORTED -> WARNING;
            case STOPPED, HELD, FAILED -> CRITICAL;
        };
    }

    private static Severity of(ClusterPhase phase) {
        return switch (phase) {
            case PENDING, RUNNING, SUCCEEDED, SKIPPED, ABORTED -> INFO;
            case HELD -> WARNING;
            case FAILED -> CRITICAL;
        };
    }

    /** Whether it asks at least as much as {@code other}. */
    public boolean atLeast(Severity other) {
        return compareTo(other) >= 0;
    }

    /** As files have it, such as {@code warning}. */
    public String encode() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Reads what {@link #encode()} writes; empty where there is no such severity. */
    public static Optional<Severity> find(String text) {
        return Arrays.stream(values()).filter(one -> one.encode().equals(text)).findFirst();
    }

    /** All there are, for messages. */
    public static String all() {
        return Arrays.stream(values()).map(Severity::encode).collect(Collectors.joining(", "));
    }
}
