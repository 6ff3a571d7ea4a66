/** IP addresses and networks, as Calico reads them. Nothing here asks a resolver. */
@NullMarked
package io.calicofleet.model.address;

import org.jspecify.annotations.NullMarked;
