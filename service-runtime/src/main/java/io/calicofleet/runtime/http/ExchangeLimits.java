package io.calicofleet.runtime.http;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import org.eclipse.microprofile.config.Config;

/**
 * How long a request may take.
 *
 * @param header from its first byte, or the opening of the connection, until its header is there
 * @param whole from then until the last byte of the answer is on its way; a live stream is held to limits of its own
 */
record ExchangeLimits(Duration header, Duration whole) {

    ExchangeLimits {
        requireNonNull(header, "header");
        requireNonNull(whole, "whole");
    }

    /** Those of the settings {@code calico-fleet.http}, which this module has; a service may set them by settings of its own. */
    static ExchangeLimits of(Config config) {
        return new ExchangeLimits(
                config.getValue("calico-fleet.http.header-timeout", Duration.class),
                config.getValue("calico-fleet.http.request-timeout", Duration.class));
    }
}
