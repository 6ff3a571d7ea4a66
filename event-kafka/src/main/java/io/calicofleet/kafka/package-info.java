/**
 * The event contract on Kafka: CloudEvents 1.0 in binary content mode with JSON payloads, and the creation of the topics.
 */
@NullMarked
package io.calicofleet.kafka;

import org.jspecify.annotations.NullMarked;
