/** Small helpers for JSON trees. Trees that are stored are never changed again. */
@NullMarked
package io.calicofleet.simulator.json;

import org.jspecify.annotations.NullMarked;
