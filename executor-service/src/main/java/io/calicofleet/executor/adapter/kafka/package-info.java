/** The executor on Kafka: what comes in and goes out. */
@NullMarked
package io.calicofleet.executor.adapter.kafka;

import org.jspecify.annotations.NullMarked;
