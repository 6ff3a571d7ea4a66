/** Spans of OpenTelemetry, where somebody wants them. Nobody else needs to know OpenTelemetry. */
@NullMarked
package io.calicofleet.runtime.trace;

import org.jspecify.annotations.NullMarked;
