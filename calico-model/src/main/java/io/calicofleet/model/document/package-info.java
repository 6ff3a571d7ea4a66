/** Documents that people write: read within bounds, with the line of each field, for what is wrong is told with its line. */
@NullMarked
package io.calicofleet.model.document;

import org.jspecify.annotations.NullMarked;
