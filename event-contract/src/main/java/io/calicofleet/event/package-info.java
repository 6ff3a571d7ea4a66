/**
 * The messages calico-fleet exchanges on Kafka: plain records, readable as JSON, with nothing of Quarkus or Kafka in them.
 *
 * <p>How they may change without a new type version:
 *
 * <ul>
 *   <li>A field may be added where it is nullable, a list, a map, or a primitive whose zero means what its absence did.
 *       Readers overlook fields they do not know, and read an absent list as empty.
 *   <li>A constant may be added to an enum. It is never guessed at: a reader that does not know it treats the whole
 *       message as unreadable and sends it to the dead letters, because every constant drives a decision and there is no
 *       safe one for "something else". So the readers are upgraded before the senders.
 *   <li>Nothing may be removed, renamed, or given another meaning.
 * </ul>
 *
 * <p>No message carries a secret: an executor hides the values that may be one before it fills in a customisation, a
 * conflict, or a piece of evidence. So the {@code toString()} of a record may be logged.
 */
@NullMarked
package io.calicofleet.event;

import org.jspecify.annotations.NullMarked;
