/** The step that brings a cluster back to what the backup holds. */
@NullMarked
package io.calicofleet.executor.step.restore;

import org.jspecify.annotations.NullMarked;
