/** The step that keeps each object that the campaign may change. */
@NullMarked
package io.calicofleet.executor.step.backup;

import org.jspecify.annotations.NullMarked;
