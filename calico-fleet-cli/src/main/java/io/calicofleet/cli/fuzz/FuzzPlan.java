package io.calicofleet.cli.fuzz;

import io.calicofleet.event.Topic;
import java.util.List;

/**
 * What a run sends.
 *
 * @param topics the topics that get records
 * @param records how many each of them gets
 * @param requests how many requests the planner gets meanwhile
 * @param clusters the clusters that are there, on which campaigns go on
 */
record FuzzPlan(long seed, List<Topic> topics, long records, long requests, List<String> clusters) {

    /** Of these no traffic is reviewed, so that campaigns on them end soon. */
    static final List<String> CLUSTERS = List.of("c02", "c03", "c05");

    /** Every topic that a service of ours reads. */
    static final List<Topic> TOPICS = List.of(
            Topic.CLUSTERS,
            Topic.COMMANDS,
            Topic.CLAIMS,
            Topic.CLAIM_ANSWERS,
            Topic.STEPS,
            Topic.PROGRESS,
            Topic.PLANS,
            Topic.CHECKS,
            Topic.TRAFFIC,
            Topic.VERDICTS,
            Topic.DECISIONS,
            Topic.STATUS,
            Topic.FAILURES,
            Topic.AUDIT);

    FuzzPlan {
        topics = List.copyOf(topics);
        clusters = List.copyOf(clusters);
    }

    /** How many records each topic gets before anything is measured. */
    long warmUp() {
        return Math.max(1000, records / 20);
    }
}
