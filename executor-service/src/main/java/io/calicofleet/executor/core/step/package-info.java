/** What a step is to the executor: its handler, its outcome and the ports it acts through. */
@NullMarked
package io.calicofleet.executor.core.step;

import org.jspecify.annotations.NullMarked;
