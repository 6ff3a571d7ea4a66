/** Structured log entries whose keys stay keys: SLF4J's key-value pairs become fields of the log record. */
@NullMarked
package io.calicofleet.logging;

import org.jspecify.annotations.NullMarked;
