package io.calicofleet.integrations.adapter.webhook;

import static java.util.Objects.requireNonNull;

import io.calicofleet.integrations.core.Subscription;
import java.net.URI;

/**
 * Where messages are sent to.
 *
 * @param name by which people know it
 * @param url its address, which may be a secret itself
 * @param secrets what its messages are signed with
 * @param subscription what it is told
 * @param handshake whether it is asked first, as CloudEvents has it, if it wants messages of us
 * @param fromBeginning whether a new one is told what is there already
 */
record Endpoint(
        String name, URI url, Secrets secrets, Subscription subscription, boolean handshake, boolean fromBeginning) {

    Endpoint {
        requireNonNull(name, "name");
        requireNonNull(url, "url");
        requireNonNull(secrets, "secrets");
        requireNonNull(subscription, "subscription");
    }

    @Override
    public String toString() {
        return name;
    }
}
