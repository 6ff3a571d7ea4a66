/**
 * The life of a step in an executor: its turn in the mailbox of its cluster, the lease, the journal, the acting, the
 * observing. Knows the cluster, the messages and the time only by ports, nothing of Quarkus or Kafka.
 */
@NullMarked
package io.calicofleet.executor.work;

import org.jspecify.annotations.NullMarked;
