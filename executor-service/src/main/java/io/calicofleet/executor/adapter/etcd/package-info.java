/** Calico's datastore in etcd v3, spoken to through jetcd. */
@NullMarked
package io.calicofleet.executor.adapter.etcd;

import org.jspecify.annotations.NullMarked;
