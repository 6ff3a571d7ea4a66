/** What the adapters ask of each other, so that none of them knows another: the view, commands on their way, the live stream. */
@NullMarked
package io.calicofleet.planner.port;

import org.jspecify.annotations.NullMarked;
