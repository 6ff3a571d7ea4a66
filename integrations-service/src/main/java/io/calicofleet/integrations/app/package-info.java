/** Wires the integrations: settings, life cycle, health, metrics. */
@NullMarked
package io.calicofleet.integrations.app;

import org.jspecify.annotations.NullMarked;
