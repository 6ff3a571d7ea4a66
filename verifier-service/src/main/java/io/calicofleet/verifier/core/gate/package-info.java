/** One class per gate: pure functions of what was asked, what was seen, and the time. */
@NullMarked
package io.calicofleet.verifier.core.gate;

import org.jspecify.annotations.NullMarked;
