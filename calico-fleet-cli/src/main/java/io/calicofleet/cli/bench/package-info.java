/** The benchmark: empty steps through the real services. */
@NullMarked
package io.calicofleet.cli.bench;

import org.jspecify.annotations.NullMarked;
