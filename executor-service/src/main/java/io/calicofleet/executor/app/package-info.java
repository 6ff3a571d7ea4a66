/** Puts the executor together: settings, wiring, health, metrics, start and stop. */
@NullMarked
package io.calicofleet.executor.app;

import org.jspecify.annotations.NullMarked;
