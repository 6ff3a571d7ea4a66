/** What becomes of an install by manifests when an operator takes it over. */
@NullMarked
package io.calicofleet.executor.core.migrate;

import org.jspecify.annotations.NullMarked;
