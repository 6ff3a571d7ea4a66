package io.calicofleet.verifier.app;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** The settings of the verifier. Everything under {@code kafka.} goes to the Kafka clients as it is. */
@ConfigMapping(prefix = "verifier")
public interface VerifierSettings {

    /** The id all instances of one installation share: their consumer group, and the prefix of their internal topics. */
    @WithDefault("calico-fleet-verifier")
    String applicationId();

    /** How many threads judge. More than one helps where thousands of clusters are judged at once on many cores. */
    @WithDefault("1")
    int threads();

    /**
     * How long effects are collected before they are committed and seen by others. A verdict where few others are made is
     * committed at once.
     */
    @WithDefault("PT0.1S")
    Duration commitInterval();

    /** How often limits and silence are looked at. */
    @WithDefault("PT0.5S")
    Duration tick();

    /** How long after a start no limit is judged, so that what arrived meanwhile is read first. */
    @WithDefault("PT5S")
    Duration startGrace();

    /** How long a verdict is remembered, to be said again, when nothing more comes of its cluster. */
    @WithDefault("P7D")
    Duration forgetAfter();

    /** How many instances hold the state besides the one that judges. With one, a failed instance is replaced at once. */
    @WithDefault("0")
    int standbyReplicas();

    /** How many copies of the internal topics the brokers keep; -1: as many as they do by default. */
    @WithDefault("-1")
    int replicationFactor();

    /** Where Kafka Streams may write; by default a fresh directory that goes with the process, for all state is in Kafka. */
    Optional<Path> stateDir();

    /** After which time without a sign of life an instance is given up and another takes over. */
    @WithDefault("PT6S")
    Duration sessionTimeout();

    /** After which time a transaction left open by a killed instance is rolled back. */
    @WithDefault("PT5S")
    Duration transactionTimeout();

    /** How long a stop may take before it is forced. */
    @WithDefault("PT10S")
    Duration stopTimeout();

    /** The log. */
    Log log();

    /** Reading the traffic of host endpoints. */
    Traffic traffic();

    /** Settings of the log. */
    interface Log {

        /** Whether log entries are JSON objects, in the profile {@code prod}; elsewhere they are plain lines. */
        @WithDefault("true")
        boolean json();
    }

    /** Settings of the traffic. */
    interface Traffic {

        /** LogPrefix of Felix, for as long as that of a cluster has not been observed. */
        @WithDefault("calico-packet")
        String logPrefix();

        /** How many kinds of traffic (direction, protocol, port, peer) are kept apart for one cluster. */
        @WithDefault("2000")
        int maxFlows();

        /** How many peers of one port are kept by address, then as many again by network. */
        @WithDefault("64")
        int maxPeersPerPort();

        /** How many ports of one peer are kept apart, per direction and protocol; further ones are joined into ranges. */
        @WithDefault("64")
        int maxPortsPerPeer();

        /** How many nodes are kept apart for one cluster. */
        @WithDefault("5000")
        int maxNodes();
    }
}
