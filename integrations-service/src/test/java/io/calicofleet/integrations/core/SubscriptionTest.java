package io.calicofleet.integrations.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.Event;
import io.calicofleet.event.FleetStop;
import io.calicofleet.event.Stop;
import io.calicofleet.event.Topic;
import io.calicofleet.integrations.Events;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Who is told what. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class SubscriptionTest {

    private static final Event<FleetStop> STOP = Event.of(
            "stop/1",
            "/calico-fleet/planner",
            Events.TIME,
            "ada",
            null,
            FleetStop.of(new Stop("ada", "fire", Events.TIME), Events.TIME));

    @Test
    void an_event_is_wanted_by_type_campaign_and_severity() {
        assertThat(subscription("step.*", "*", Severity.INFO).wants(Events.failed("prod-1")))
                .isTrue();
        assertThat(subscription("campaign.*", "*", Severity.INFO).wants(Events.failed("prod-1")))
                .isFalse();
        assertThat(subscription("*", "prod-?", Severity.INFO).wants(Events.failed("prod-1")))
                .isTrue();
        assertThat(subscription("*", "prod-?", Severity.INFO).wants(Events.failed("prod-12")))
                .isFalse();
        assertThat(subscription("*", "*", Severity.WARNING).wants(Events.paused("prod-1", 1)))
                .isFalse();
        assertThat(subscription("*", "*", Severity.CRITICAL).wants(Events.failed("prod-1")))
                .isTrue();
    }

    @Test
    void a_stop_of_everything_concerns_every_campaign() {
        assertThat(subscription("*", "prod-?", Severity.CRITICAL).wants(STOP)).isTrue();
    }

    @Test
    void letters_of_patterns_other_than_star_and_question_mark_are_themselves() {
        assertThat(new Glob("a.b[c]*").matches("a.b[c]d")).isTrue();
        assertThat(new Glob("a.b").matches("axb")).isFalse();
        assertThat(new Glob("*").matches("")).isTrue();
    }

    @Test
    void only_topics_that_have_what_is_wanted_are_read_and_none_that_services_have_for_each_other() {
        assertThat(subscription("step.judged", "*", Severity.INFO).topics()).containsExactly(Topic.VERDICTS);
        assertThat(subscription("*", "*", Severity.INFO).topics())
                .contains(Topic.STATUS, Topic.COMMANDS)
                .doesNotContain(Topic.AUDIT, Topic.CHECKS, Topic.TRAFFIC, Topic.DECISIONS, Topic.CLAIMS, Topic.STEPS);
    }

    @Test
    void who_asked_for_what_is_told_only_where_it_is_named() {
        assertThat(subscription("audit.*", "*", Severity.INFO).topics()).containsExactly(Topic.AUDIT);
        assertThat(subscription("*", "*", Severity.INFO).topics()).doesNotContain(Topic.AUDIT);
    }

    private static Subscription subscription(String type, String campaign, Severity least) {
        return new Subscription(
                List.of(new Glob(type)),
                Arrays.stream(campaign.split(",")).map(Glob::new).toList(),
                least);
    }
}
