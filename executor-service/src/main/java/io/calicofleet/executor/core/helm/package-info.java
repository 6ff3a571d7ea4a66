/** Helm's charts and releases as Helm keeps them. */
@NullMarked
package io.calicofleet.executor.core.helm;

import org.jspecify.annotations.NullMarked;
