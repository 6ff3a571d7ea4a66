/** What our Kafka Streams applications share; for modules that have Kafka Streams. */
@NullMarked
package io.calicofleet.kafka.streams;

import org.jspecify.annotations.NullMarked;
