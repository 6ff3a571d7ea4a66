/** What the probers of a cluster are, and what comes of what they measure; pure. */
@org.jspecify.annotations.NullMarked
package io.calicofleet.executor.core.continuity;
