/** The manifests of Calico's releases, from a directory or over HTTP, with a cache and their checksums. */
@NullMarked
package io.calicofleet.executor.adapter.release;

import org.jspecify.annotations.NullMarked;
