package io.calicofleet.planner.adapter.rest;

import java.time.Duration;

/**
 * How patient a live stream is.
 *
 * @param keepAlive after which silence a comment is sent
 * @param write how long a client may take to read one event
 */
public record StreamLimits(Duration keepAlive, Duration write) {}
