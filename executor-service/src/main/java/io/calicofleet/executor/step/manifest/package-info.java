/** The manifest of a release and the plan that brings a cluster to it. */
@NullMarked
package io.calicofleet.executor.step.manifest;

import org.jspecify.annotations.NullMarked;
