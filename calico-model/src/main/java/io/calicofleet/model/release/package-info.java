/** The files of Calico's releases: which objects they hold, and which version their own images prove. */
@NullMarked
package io.calicofleet.model.release;

import org.jspecify.annotations.NullMarked;
