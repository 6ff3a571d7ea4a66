/** The real Helm engine (helm-java), in a process of its own. */
@NullMarked
package io.calicofleet.executor.adapter.helm;

import org.jspecify.annotations.NullMarked;
