/** All steps of this executor; a package for each kind, or for kinds that share most of what they do. */
@NullMarked
package io.calicofleet.executor.step;

import org.jspecify.annotations.NullMarked;
