/** Calico's own resources, wherever a cluster keeps them. */
@NullMarked
package io.calicofleet.executor.core.datastore;

import org.jspecify.annotations.NullMarked;
