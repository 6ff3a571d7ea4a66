/**
 * The messages calico-fleet exchanges on Kafka: plain records, readable as JSON, with nothing of Quarkus or Kafka in them.
 */
@NullMarked
package io.calicofleet.event;

import org.jspecify.annotations.NullMarked;
