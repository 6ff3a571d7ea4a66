/** The move of Calico's resources from etcd to the Kubernetes datastore: what each of them becomes. */
@NullMarked
package io.calicofleet.executor.core.move;

import org.jspecify.annotations.NullMarked;
