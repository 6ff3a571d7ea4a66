/** API servers over HTTP: requests, watches, and what their errors mean. */
@NullMarked
package io.calicofleet.executor.adapter.kubernetes;

import org.jspecify.annotations.NullMarked;
