/** Wires the verifier: settings, life cycle, health, metrics. */
@NullMarked
package io.calicofleet.verifier.app;

import org.jspecify.annotations.NullMarked;
