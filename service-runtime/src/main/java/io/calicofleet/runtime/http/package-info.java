/** What every connection of a service's HTTP ports is held to: its time, and problems as RFC 9457 has them. */
@NullMarked
package io.calicofleet.runtime.http;

import org.jspecify.annotations.NullMarked;
