/** A real Kafka broker, KRaft without ZooKeeper, in a JVM of ours: for the demo, small installations and tests. */
@NullMarked
package io.calicofleet.broker;

import org.jspecify.annotations.NullMarked;
