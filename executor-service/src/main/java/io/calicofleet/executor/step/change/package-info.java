/** Changes settings of Calico in place of going to a release, and takes that back. */
@NullMarked
package io.calicofleet.executor.step.change;

import org.jspecify.annotations.NullMarked;
