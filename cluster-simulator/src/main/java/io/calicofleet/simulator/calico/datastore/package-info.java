/** Where Calico keeps its resources: in Kubernetes or in an etcd beside it. */
@NullMarked
package io.calicofleet.simulator.calico.datastore;

import org.jspecify.annotations.NullMarked;
