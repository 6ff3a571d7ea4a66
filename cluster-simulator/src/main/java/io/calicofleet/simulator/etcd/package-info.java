/** A small etcd v3: enough of its gRPC API for Calico's clients, in memory. */
@NullMarked
package io.calicofleet.simulator.etcd;

import org.jspecify.annotations.NullMarked;
