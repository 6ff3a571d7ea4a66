/** The step that works out what the others would write: it runs them against the cluster with what they write laid over it. */
@NullMarked
package io.calicofleet.executor.step.plan;

import org.jspecify.annotations.NullMarked;
