/** Calico's datastore in etcd v3, through jetcd. */
@NullMarked
package io.calicofleet.executor.adapter.calico.etcd;

import org.jspecify.annotations.NullMarked;
