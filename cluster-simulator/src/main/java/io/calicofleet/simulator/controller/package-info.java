/** What Kubernetes' controllers, scheduler and kubelets do, driven by events. */
@NullMarked
package io.calicofleet.simulator.controller;

import org.jspecify.annotations.NullMarked;
