/** What a step needs of the world, as interfaces: the cluster, Calico's resources, releases, Helm, backups; and what a step is to the engine. */
@NullMarked
package io.calicofleet.executor.port;

import org.jspecify.annotations.NullMarked;
