/** The step that migrates to automatic host endpoints. */
@NullMarked
package io.calicofleet.executor.step.autohostendpoints;

import org.jspecify.annotations.NullMarked;
