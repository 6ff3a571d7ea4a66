/** Calico's own resources in the Kubernetes datastore: by custom resources, or as Calico's API server serves them. */
@NullMarked
package io.calicofleet.executor.adapter.calico;

import org.jspecify.annotations.NullMarked;
