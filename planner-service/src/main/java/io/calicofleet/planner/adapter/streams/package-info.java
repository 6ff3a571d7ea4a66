/** Runs the core in Kafka Streams: inputs in their order, state with a changelog, decisions exactly once. */
@NullMarked
package io.calicofleet.planner.adapter.streams;

import org.jspecify.annotations.NullMarked;
