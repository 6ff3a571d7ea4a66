/** The demo: a simulated fleet, a real campaign. */
@NullMarked
package io.calicofleet.cli.demo;

import org.jspecify.annotations.NullMarked;
