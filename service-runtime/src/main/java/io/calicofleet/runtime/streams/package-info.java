/** What our Kafka Streams applications share; for modules that have Kafka Streams. */
@NullMarked
package io.calicofleet.runtime.streams;

import org.jspecify.annotations.NullMarked;
