/** The system on this machine: processes that are started, watched, started again, and stopped in order. */
@NullMarked
package io.calicofleet.cli.local;

import org.jspecify.annotations.NullMarked;
