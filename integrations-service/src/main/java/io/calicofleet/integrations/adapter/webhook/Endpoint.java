package io.calicofleet.integrations.adapter.webhook;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.Event;
import io.calicofleet.event.FleetEvent;
import io.calicofleet.integrations.core.Subscription;
import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where messages are sent to.
 *
 * @param name by which people know it
 * @param url its address, which may be a secret itself
 * @param secrets what its messages are signed with
 * @param subscription what it is told
 * @param handshake whether it is asked first, as CloudEvents has it, if it wants messages of us
 * @param fromBeginning whether a new one is told what is there already
 * @param page it is told CDEvents, which lead to this page; null: our events as they are
 */
record Endpoint(
        String name,
        URI url,
        Secrets secrets,
        Subscription subscription,
        boolean handshake,
        boolean fromBeginning,
        @Nullable URI page) {

    Endpoint {
        requireNonNull(name, "name");
        requireNonNull(url, "url");
        requireNonNull(secrets, "secrets");
        requireNonNull(subscription, "subscription");
    }

    /**
     * What it is told of an event; empty: nothing.
     *
     * @param payload the payload as it came
     */
    Optional<Message> message(Event<? extends FleetEvent> event, byte[] payload) {
        if (!subscription.wants(event)) {
            return Optional.empty();
        }
        return page == null ? Optional.of(Message.of(event, payload)) : Message.ofCdEvents(event, payload, page);
    }

    @Override
    public String toString() {
        return name;
    }
}
