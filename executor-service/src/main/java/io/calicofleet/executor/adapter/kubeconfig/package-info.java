/** A directory of kubeconfigs, one a cluster, read again while the executor runs. */
@NullMarked
package io.calicofleet.executor.adapter.kubeconfig;

import org.jspecify.annotations.NullMarked;
