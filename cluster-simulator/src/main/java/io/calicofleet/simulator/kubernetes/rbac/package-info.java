/** Who may do what: service accounts, and the roles of a cluster as Kubernetes reads them. */
@NullMarked
package io.calicofleet.simulator.kubernetes.rbac;

import org.jspecify.annotations.NullMarked;
