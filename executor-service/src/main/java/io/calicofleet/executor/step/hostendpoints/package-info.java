/** The three steps around the temporary policy: it protects host endpoints, its traffic is reviewed, it goes. */
@NullMarked
package io.calicofleet.executor.step.hostendpoints;

import org.jspecify.annotations.NullMarked;
