/** What REST answers from: the newest status of every campaign and cluster, read from the topics. */
@NullMarked
package io.calicofleet.planner.adapter.view;

import org.jspecify.annotations.NullMarked;
