/** Releases of Calico: reads their files and compares them. */
@NullMarked
package io.calicofleet.cli.release;

import org.jspecify.annotations.NullMarked;
