/** The step of a drill, which changes nothing. */
@NullMarked
package io.calicofleet.executor.step.drill;

import org.jspecify.annotations.NullMarked;
