/** Reads a tree of maps, lists, texts, numbers and booleans, and collects everything that is wrong with it. */
@NullMarked
package io.calicofleet.planner.core.document;

import org.jspecify.annotations.NullMarked;
