/** Reads the kernel's log of host endpoint traffic, adds it up in bounded memory and suggests the policy it asks for. */
@NullMarked
package io.calicofleet.verifier.core.traffic;

import org.jspecify.annotations.NullMarked;
