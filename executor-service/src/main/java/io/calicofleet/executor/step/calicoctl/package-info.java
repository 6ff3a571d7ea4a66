/** The step that replaces calicoctl in the cluster. */
@NullMarked
package io.calicofleet.executor.step.calicoctl;

import org.jspecify.annotations.NullMarked;
