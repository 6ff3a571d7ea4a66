/** Clusters as other tools know them: what Argo CD, Cluster API and cluster inventories keep, read as kubeconfigs. */
@NullMarked
package io.calicofleet.executor.core.fleet;

import org.jspecify.annotations.NullMarked;
