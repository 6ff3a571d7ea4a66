package io.calicofleet.verifier.adapter;

import io.calicofleet.event.CampaignName;
import io.calicofleet.event.StepId;
import io.calicofleet.model.felix.flow.FlowKey;
import io.calicofleet.verifier.core.traffic.KernelLogParser;
import io.calicofleet.verifier.core.traffic.LogLine;
import io.calicofleet.verifier.core.traffic.ProberTraffic;
import io.calicofleet.verifier.core.traffic.TrafficLimits;
import io.calicofleet.verifier.core.traffic.TrafficTally;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The traffic of the clusters of one partition: counted in memory, each changed entry written to the store, so that the
 * changelog grows by a few hundred bytes for a line, however much was heard before.
 *
 * <p>A cluster is watched from its campaign's first step that has to do with host endpoints, so that what the rollout logs
 * counts, until the temporary policy is released or another campaign begins. Lines of clusters nobody watches are counted
 * and dropped.
 */
final class TrafficStore {

    private static final char SEPARATOR = '\0';
    private static final String WATCH = "w";
    private static final String NODE = "n";
    private static final String FLOW = "f";

    private final KeyValueStore<String, TrafficEntry> store;
    private final TrafficLimits limits;
    private final List<String> prefixes;
    private final VerifierMeters meters;
    private final Map<String, Watch> watches = new HashMap<>();

    /** One watched cluster. */
    private record Watch(CampaignName campaign, TrafficTally tally, List<String> prefixes, KernelLogParser parser) {

        Watch(CampaignName campaign, TrafficTally tally, List<String> prefixes) {
            this(campaign, tally, prefixes, new KernelLogParser(prefixes));
        }

        TrafficEntry entry() {
            return TrafficEntry.watch(campaign, tally, prefixes);
        }
    }

    TrafficStore(
            KeyValueStore<String, TrafficEntry> store,
            TrafficLimits limits,
            List<String> prefixes,
            VerifierMeters meters) {
        this.store = store;
        this.limits = limits;
        this.prefixes = prefixes;
        this.meters = meters;
        load();
    }

    /** What was heard of {@code cluster}. */
    TrafficTally of(String cluster) {
        Watch watch = watches.get(cluster);
        return watch == null ? TrafficTally.NOTHING_HEARD : watch.tally();
    }

    /** Begins, goes on with or ends the watch of the cluster of {@code step}. */
    void follow(StepId step, boolean concernsHostEndpoints) {
        String cluster = step.cluster().value();
        Watch watch = watches.get(cluster);
        boolean sameCampaign = watch != null && watch.campaign().equals(step.campaign());
        if (watch != null && !sameCampaign) {
            forget(cluster);
        }
        if (concernsHostEndpoints && !sameCampaign) {
            watch(cluster, new Watch(step.campaign(), new TrafficTally(limits), prefixes));
        }
    }

    /** From now on the lines of {@code cluster} have one of these prefixes; none: they were not looked for. */
    void prefixes(String cluster, List<String> observed) {
        Watch watch = watches.get(cluster);
        if (watch != null && !observed.isEmpty() && !observed.equals(watch.prefixes())) {
            watch(cluster, new Watch(watch.campaign(), watch.tally(), observed));
        }
    }

    /** A prober is there: what it sends is no traffic of the cluster's own. */
    void probed(String cluster, ProberTraffic prober) {
        Watch watch = watches.get(cluster);
        if (watch != null) {
            watch.tally().probed(prober);
            store.put(key(cluster, WATCH, ""), watch.entry());
        }
    }

    private void watch(String cluster, Watch watch) {
        watches.put(cluster, watch);
        store.put(key(cluster, WATCH, ""), watch.entry());
    }

    /** Ends the watch: what was heard is forgotten. */
    void forget(String cluster) {
        if (watches.remove(cluster) == null) {
            return;
        }
        List<String> keys = new ArrayList<>();
        try (KeyValueIterator<String, TrafficEntry> entries =
                store.range(cluster + SEPARATOR, cluster + (char) (SEPARATOR + 1))) {
            entries.forEachRemaining(entry -> keys.add(entry.key));
        }
        keys.forEach(store::delete);
    }

    /** Adds a line. Whether it is the first of its node. */
    boolean hear(String cluster, String node, String log, Instant at) {
        Watch watch = watches.get(cluster);
        if (watch == null) {
            meters.line(VerifierMeters.Line.UNWATCHED);
            return false;
        }
        LogLine line = watch.parser().parse(log);
        meters.line(
                switch (line) {
                    case LogLine.Flow flow -> VerifierMeters.Line.FLOW;
                    case LogLine.Other other -> VerifierMeters.Line.OTHER;
                    case LogLine.Unreadable unreadable -> VerifierMeters.Line.UNREADABLE;
                });
        TrafficTally.Change change = watch.tally().add(node, line, at);
        if (change.heard() != null) {
            store.put(key(cluster, NODE, node), TrafficEntry.heard(change.heard()));
        }
        FlowKey flow = change.flow();
        if (flow != null) {
            store.put(
                    key(cluster, FLOW, flow.encode()),
                    TrafficEntry.flow(watch.tally().count(flow)));
        }
        if (change.overflowed()) {
            meters.line(VerifierMeters.Line.OVERFLOW);
            store.put(key(cluster, WATCH, ""), watch.entry());
        }
        return change.newNode();
    }

    private void load() {
        Map<String, TrafficTally> traffic = new HashMap<>();
        try (KeyValueIterator<String, TrafficEntry> entries = store.all()) {
            while (entries.hasNext()) {
                KeyValue<String, TrafficEntry> entry = entries.next();
                int separator = entry.key.indexOf(SEPARATOR);
                String cluster = entry.key.substring(0, separator);
                String rest = entry.key.substring(separator + 2);
                TrafficTally tally = traffic.computeIfAbsent(cluster, key -> new TrafficTally(limits));
                restore(cluster, tally, rest, entry.value);
            }
        }
    }

    private void restore(String cluster, TrafficTally tally, String name, TrafficEntry entry) {
        if (entry.heard() != null) {
            tally.restore(name, entry.heard());
        }
        if (entry.flow() != null) {
            tally.restore(FlowKey.parse(name), entry.flow());
        }
        CampaignName campaign = entry.campaign();
        if (campaign != null) {
            watches.put(cluster, new Watch(campaign, tally, entry.prefixes().isEmpty() ? prefixes : entry.prefixes()));
        }
        if (entry.prober() != null) {
            tally.probed(entry.prober());
        }
        if (entry.overflow() != null) {
            tally.restore(entry.overflow());
        }
    }

    private static String key(String cluster, String kind, @Nullable String name) {
        return cluster + SEPARATOR + kind + name;
    }
}
