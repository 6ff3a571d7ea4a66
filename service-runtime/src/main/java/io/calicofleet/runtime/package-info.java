/** What every service shares beside the messages: its start, its Kafka clients, its health, and logs whose keys stay keys. */
@NullMarked
package io.calicofleet.runtime;

import org.jspecify.annotations.NullMarked;
