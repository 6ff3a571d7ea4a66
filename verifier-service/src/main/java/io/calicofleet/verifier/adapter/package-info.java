/** The verifier on Kafka Streams: reads records, keeps the state, publishes verdicts. */
@NullMarked
package io.calicofleet.verifier.adapter;

import org.jspecify.annotations.NullMarked;
