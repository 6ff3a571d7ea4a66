package io.calicofleet.integrations.adapter.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.Event;
import io.calicofleet.event.FleetEvent;
import io.calicofleet.integrations.Events;
import io.calicofleet.integrations.core.Answer;
import io.calicofleet.integrations.core.Glob;
import io.calicofleet.integrations.core.Severity;
import io.calicofleet.integrations.core.Subscription;
import io.calicofleet.kafka.EventJson;
import io.calicofleet.runtime.http.Outgoing;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** What is sent to an endpoint, and what is not. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class WebhookSenderTest {

    private static final Answer TAKEN = new Answer.Taken();

    private final Receiver receiver = new Receiver();

    @AfterEach
    void stop() {
        receiver.close();
    }

    @Test
    void a_message_is_a_cloud_event_with_all_its_attributes_signed_by_the_secret() throws Exception {
        Event<? extends FleetEvent> event = Events.failed("prod-1");

        assertThat(sender(receiver.url(), true).send(message(event))).isEqualTo(TAKEN);

        JsonNode told = EventJson.mapper().readTree(receiver.taken().getFirst().body());
        assertThat(told.path("specversion").asText()).isEqualTo("1.0");
        assertThat(told.path("id").asText()).isEqualTo(event.attributes().id());
        assertThat(told.path("source").asText()).isEqualTo("/calico-fleet/executor");
        assertThat(told.path("type").asText()).isEqualTo("io.calicofleet.step.failed.v1");
        assertThat(told.path("subject").asText()).isEqualTo("eu-1");
        assertThat(told.path("campaign").asText()).isEqualTo("prod-1");
        assertThat(told.path("stepid").asText()).isEqualTo("prod-1/eu-1/upgrade/1");
        assertThat(told.path("severity").asText()).isEqualTo("critical");
        assertThat(told.path("traceparent").asText()).startsWith("00-0af7651916cd43dd");
        assertThat(told.path("datacontenttype").asText()).isEqualTo("application/json");
        assertThat(told.path("data")).isEqualTo(EventJson.mapper().readTree(EventJson.write(event.data())));
    }

    @Test
    void the_same_event_has_the_same_id_and_another_has_another() {
        assertThat(message(Events.paused("a", 1)).id())
                .isEqualTo(message(Events.paused("a", 1)).id())
                .isNotEqualTo(message(Events.paused("a", 2)).id())
                .startsWith("msg_")
                .doesNotContain(".");
    }

    @Test
    void an_endpoint_is_asked_once_whether_it_wants_that_and_gets_nothing_where_it_does_not_say_so() throws Exception {
        receiver.allows("somebody-else.example.com", "*");
        WebhookSender sender = sender(receiver.url(), true);

        assertThat(sender.send(message(Events.failed("a"))))
                .isInstanceOfSatisfying(
                        Answer.Later.class,
                        later -> assertThat(later.reason())
                                .contains("does not allow webhooks of fleet.example.com")
                                .contains("handshake: false"));
        assertThat(receiver.taken()).isEmpty();

        receiver.allows("fleet.example.com", "60000");
        assertThat(sender.send(message(Events.failed("a")))).isEqualTo(TAKEN);
        assertThat(sender.send(message(Events.failed("b")))).isEqualTo(TAKEN);
        assertThat(receiver.asked()).containsExactly("fleet.example.com", "fleet.example.com");
    }

    @Test
    void an_endpoint_that_knows_no_handshake_is_not_asked() throws Exception {
        receiver.allows("", "");

        assertThat(sender(receiver.url(), false).send(message(Events.failed("a"))))
                .isEqualTo(TAKEN);
        assertThat(receiver.asked()).isEmpty();
    }

    @Test
    void a_redirect_is_not_followed() throws Exception {
        receiver.answers(307);

        assertThat(sender(receiver.url(), true).send(message(Events.failed("a"))))
                .isInstanceOfSatisfying(
                        Answer.Later.class,
                        later -> assertThat(later.reason()).contains("a redirect, which is not followed"));
        assertThat(receiver.taken()).isEmpty();
    }

    @Test
    void nothing_is_sent_where_clouds_keep_their_metadata_or_to_hosts_that_are_not_named() throws Exception {
        assertThat(sender(URI.create("http://169.254.169.254/hook"), false).send(message(Events.failed("a"))))
                .isInstanceOfSatisfying(
                        Answer.Later.class, later -> assertThat(later.reason()).contains("metadata"));
        assertThat(sender(URI.create(receiver.url().toString().replace("127.0.0.1", "localhost")), false)
                        .send(message(Events.failed("a"))))
                .isEqualTo(new Answer.Later(
                        "nothing is asked of localhost: integrations.allowed-hosts has 127.0.0.1, 169.254.169.254",
                        java.util.Optional.empty()));
        assertThat(receiver.taken()).isEmpty();
    }

    @Test
    void an_endpoint_that_is_away_is_tried_later() throws Exception {
        receiver.close();

        assertThat(sender(receiver.url(), false).send(message(Events.failed("a"))))
                .isInstanceOf(Answer.Later.class);
    }

    private static Message message(Event<? extends FleetEvent> event) {
        return Message.of(event, EventJson.write(event.data()));
    }

    private static WebhookSender sender(URI url, boolean handshake) {
        Subscription all = new Subscription(List.of(new Glob("*")), List.of(), Severity.INFO);
        return new WebhookSender(
                new Endpoint("ops", url, Secrets.of(Receiver.SECRET), all, handshake, false, null),
                new Outgoing(List.of("127.0.0.1", "169.254.169.254"), "integrations.allowed-hosts"),
                "fleet.example.com",
                Duration.ofSeconds(20),
                InstantSource.system());
    }
}
