/** What a Felix does with a packet of a host, by everything it reads from its datastore. */
@NullMarked
package io.calicofleet.model.felix.evaluation;

import org.jspecify.annotations.NullMarked;
