package io.calicofleet.simulator;

import java.util.function.Consumer;

/** Takes the kernel log lines of nodes. */
@FunctionalInterface
public interface TrafficSink extends Consumer<TrafficLine> {}
