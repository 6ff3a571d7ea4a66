/** Reads from what was found on a cluster how Calico was installed there, and everything else the preflight judges. */
@NullMarked
package io.calicofleet.executor.core.detect;

import org.jspecify.annotations.NullMarked;
