/** Asks DNS, as the executor's own host does. */
@NullMarked
package io.calicofleet.executor.adapter.dns;

import org.jspecify.annotations.NullMarked;
