/** The step that brings the objects of a manifest install to the release. */
@NullMarked
package io.calicofleet.executor.step.upgrade;

import org.jspecify.annotations.NullMarked;
