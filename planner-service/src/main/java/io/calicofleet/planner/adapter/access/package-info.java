/** Finds out who asks: tokens of this machine, and those of an OpenID provider. */
@NullMarked
package io.calicofleet.planner.adapter.access;

import org.jspecify.annotations.NullMarked;
