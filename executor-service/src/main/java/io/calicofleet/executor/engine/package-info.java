/**
 * The life of a step in an executor: its turn in the queue of its cluster, the lease, the journal, the execution, the
 * observation, the reports. Knows the cluster, the messages and the time by ports only, nothing of Quarkus or Kafka.
 */
@NullMarked
package io.calicofleet.executor.engine;

import org.jspecify.annotations.NullMarked;
