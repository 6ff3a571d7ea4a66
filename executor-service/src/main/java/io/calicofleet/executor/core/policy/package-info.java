/** Calico's host endpoints and policies: how each version stores them, what they select and what they let through. */
@NullMarked
package io.calicofleet.executor.core.policy;

import org.jspecify.annotations.NullMarked;
