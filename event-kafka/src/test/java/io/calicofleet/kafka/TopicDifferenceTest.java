package io.calicofleet.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.Topic;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class TopicDifferenceTest {

    @Test
    void a_topic_as_it_is_stated_has_none() {
        for (Topic topic : Topic.values()) {
            assertThat(TopicDifference.of(topic, Topic.PARTITIONS, Topic.PARTITIONS, 1, topic.settings()))
                    .isEmpty();
        }
    }

    @Test
    void what_is_kept_longer_or_for_ever_and_larger_records_are_none() {
        assertThat(differences(Topic.COMMANDS, 3, Map.of("retention.ms", "-1", "max.message.bytes", "10000000")))
                .isEmpty();
    }

    @Test
    void what_is_less_than_wanted_is_told() {
        assertThat(differences(
                        Topic.COMMANDS,
                        3,
                        Map.of("retention.ms", "86400000", "max.message.bytes", "1048588", "min.insync.replicas", "1")))
                .extracting(TopicDifference::text)
                .containsExactlyInAnyOrder(
                        "topic calico-fleet.commands: retention.ms is 86400000, wanted 2592000000",
                        "topic calico-fleet.commands: max.message.bytes is 1048588, wanted 4194304",
                        "topic calico-fleet.commands: min.insync.replicas is 1, wanted 2");
    }

    @Test
    void one_broker_has_one_copy_and_needs_no_other() {
        assertThat(differences(Topic.COMMANDS, 1, Map.of("min.insync.replicas", "1")))
                .isEmpty();
    }

    @Test
    void records_would_be_lost_with_another_policy_or_other_partitions() {
        assertThat(differences(Topic.COMMANDS, 1, Map.of("cleanup.policy", "compact")))
                .singleElement()
                .matches(TopicDifference::loses);
        assertThat(differences(Topic.STATUS, 1, Map.of("cleanup.policy", "compact,delete")))
                .singleElement()
                .matches(TopicDifference::loses);
        assertThat(TopicDifference.of(Topic.STEPS, 12, Topic.PARTITIONS, 1, Topic.STEPS.settings()))
                .singleElement()
                .matches(TopicDifference::loses);
    }

    @Test
    void any_number_of_partitions_will_do_that_all_topics_have() {
        assertThat(TopicDifference.partitions(List.of(2, 2, 2))).isEqualTo(2);
        assertThat(TopicDifference.partitions(List.of(2, 2, 6))).isEqualTo(2);
        assertThat(TopicDifference.partitions(List.of(1, Topic.PARTITIONS))).isEqualTo(Topic.PARTITIONS);
        assertThat(TopicDifference.partitions(List.of())).isEqualTo(Topic.PARTITIONS);
    }

    @Test
    void of_what_cannot_be_seen_nothing_is_told() {
        assertThat(TopicDifference.of(Topic.STEPS, Topic.PARTITIONS, Topic.PARTITIONS, 3, Map.of()))
                .isEmpty();
    }

    private static List<TopicDifference> differences(Topic topic, int replicas, Map<String, String> changed) {
        Map<String, String> values = new HashMap<>(topic.settings());
        values.putAll(changed);
        return TopicDifference.of(topic, Topic.PARTITIONS, Topic.PARTITIONS, replicas, values);
    }
}
