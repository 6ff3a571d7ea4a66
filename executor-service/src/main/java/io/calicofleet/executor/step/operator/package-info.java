/** The step that upgrades the Tigera operator and waits for it. */
@NullMarked
package io.calicofleet.executor.step.operator;

import org.jspecify.annotations.NullMarked;
