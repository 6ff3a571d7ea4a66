/** What a change of Calico's settings does to a cluster, and why it is not made there. */
@NullMarked
package io.calicofleet.executor.core.change;

import org.jspecify.annotations.NullMarked;
