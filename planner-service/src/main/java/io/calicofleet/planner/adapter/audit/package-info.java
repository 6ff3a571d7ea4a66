/** Writes down what people ask for. */
@NullMarked
package io.calicofleet.planner.adapter.audit;

import org.jspecify.annotations.NullMarked;
