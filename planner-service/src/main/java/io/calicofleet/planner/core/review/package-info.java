/** What a person changes in a review, judged before anything comes of it. */
@NullMarked
package io.calicofleet.planner.core.review;

import org.jspecify.annotations.NullMarked;
