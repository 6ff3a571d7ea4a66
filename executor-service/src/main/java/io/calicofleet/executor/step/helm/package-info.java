/** The step that upgrades a Helm release, what it asks before, and its way back. */
@NullMarked
package io.calicofleet.executor.step.helm;

import org.jspecify.annotations.NullMarked;
