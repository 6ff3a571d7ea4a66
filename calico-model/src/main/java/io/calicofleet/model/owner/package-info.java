/** Others who keep the objects of a Calico install: how they are recognised, and what they do to a change of ours. */
@NullMarked
package io.calicofleet.model.owner;

import org.jspecify.annotations.NullMarked;
