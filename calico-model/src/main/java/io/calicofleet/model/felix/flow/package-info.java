/** Which flows policies let through, as far as a log can tell. */
@NullMarked
package io.calicofleet.model.felix.flow;

import org.jspecify.annotations.NullMarked;
