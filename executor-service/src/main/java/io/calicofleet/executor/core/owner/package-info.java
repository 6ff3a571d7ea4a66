/** Who else writes the objects of an install: the marks they leave, and who wrote a field last. */
@NullMarked
package io.calicofleet.executor.core.owner;

import org.jspecify.annotations.NullMarked;
