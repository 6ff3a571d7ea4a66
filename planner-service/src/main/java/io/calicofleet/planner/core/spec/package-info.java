/** Reads the campaign a person wrote, with every default filled in. */
@NullMarked
package io.calicofleet.planner.core.spec;

import org.jspecify.annotations.NullMarked;
