/** Kafka in a container, for {@code -Pcontainers}: the only place that knows Testcontainers. */
@NullMarked
package io.calicofleet.broker.containers;

import org.jspecify.annotations.NullMarked;
