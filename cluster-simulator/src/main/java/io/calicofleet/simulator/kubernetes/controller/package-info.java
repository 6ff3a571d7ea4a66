/** What Kubernetes' controllers, scheduler and kubelets do, driven by events. */
@NullMarked
package io.calicofleet.simulator.kubernetes.controller;

import org.jspecify.annotations.NullMarked;
