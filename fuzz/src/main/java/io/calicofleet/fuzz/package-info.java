/** Wrong inputs made of right ones. Knows nothing of what reads them. */
@NullMarked
package io.calicofleet.fuzz;

import org.jspecify.annotations.NullMarked;
