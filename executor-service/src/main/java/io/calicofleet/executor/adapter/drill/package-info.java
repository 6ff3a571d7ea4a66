/** Clusters that are not there, for benchmarks and drills: everything about them is kept in memory. */
@NullMarked
package io.calicofleet.executor.adapter.drill;

import org.jspecify.annotations.NullMarked;
