/** The clusters over HTTPS: routing, requests, watches, faults. */
@NullMarked
package io.calicofleet.simulator.kubernetes.http;

import org.jspecify.annotations.NullMarked;
