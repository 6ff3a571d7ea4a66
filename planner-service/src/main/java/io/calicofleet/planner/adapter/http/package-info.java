/** What every connection is held to before a request of it reaches anybody: its time. */
@NullMarked
package io.calicofleet.planner.adapter.http;

import org.jspecify.annotations.NullMarked;
