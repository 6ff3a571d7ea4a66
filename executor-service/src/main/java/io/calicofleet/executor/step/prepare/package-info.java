/** The step that does what must be done before the release's manifest can be applied. */
@NullMarked
package io.calicofleet.executor.step.prepare;

import org.jspecify.annotations.NullMarked;
