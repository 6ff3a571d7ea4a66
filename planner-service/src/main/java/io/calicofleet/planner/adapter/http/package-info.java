/** Reads bodies whole before a request of them reaches anybody. */
@NullMarked
package io.calicofleet.planner.adapter.http;

import org.jspecify.annotations.NullMarked;
