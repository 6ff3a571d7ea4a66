/** The step that reads a cluster and says what an upgrade would meet there. */
@NullMarked
package io.calicofleet.executor.step.inspect;

import org.jspecify.annotations.NullMarked;
