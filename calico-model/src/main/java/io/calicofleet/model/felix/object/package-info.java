/** Calico's resources as Felix reads them from the datastore, before anything is judged. */
@NullMarked
package io.calicofleet.model.felix.object;

import org.jspecify.annotations.NullMarked;
