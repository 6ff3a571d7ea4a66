/**
 * Who wrote a record, proven: producers sign what they send, consumers check it before anybody reads it. Kafka brokers, and whoever can
 * write to a topic, can withhold records, and nothing else.
 */
@NullMarked
package io.calicofleet.kafka.attestation;

import org.jspecify.annotations.NullMarked;
