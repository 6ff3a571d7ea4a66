/** What changes for a cluster between two releases, read from their files. */
@NullMarked
package io.calicofleet.model.release.diff;

import org.jspecify.annotations.NullMarked;
