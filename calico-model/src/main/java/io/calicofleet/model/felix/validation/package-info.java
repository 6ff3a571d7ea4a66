/** What Felix leaves out, and what it falls over. */
@NullMarked
package io.calicofleet.model.felix.validation;

import org.jspecify.annotations.NullMarked;
