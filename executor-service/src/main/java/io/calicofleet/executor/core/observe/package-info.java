/** Turns what Kubernetes says of workloads, pods and nodes into the observations the gates judge. */
@NullMarked
package io.calicofleet.executor.core.observe;

import org.jspecify.annotations.NullMarked;
