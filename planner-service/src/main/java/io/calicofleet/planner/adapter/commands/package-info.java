/** Sends what people ask for to the commands topic. */
@NullMarked
package io.calicofleet.planner.adapter.commands;

import org.jspecify.annotations.NullMarked;
