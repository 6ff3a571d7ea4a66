/** Chaos by seed: campaigns on simulated clusters while parts of the system fail, and what must be true all the same. */
@NullMarked
package io.calicofleet.cli.chaos;

import org.jspecify.annotations.NullMarked;
