package io.calicofleet.planner.adapter.http;

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

    /** Those of the settings {@code planner.http}; {@code PlannerConfig} has them with their defaults. */
    static ExchangeLimits of(Config config) {
        return new ExchangeLimits(
                config.getValue("planner.http.header-timeout", Duration.class),
                config.getValue("planner.http.request-timeout", Duration.class));
    }
}
