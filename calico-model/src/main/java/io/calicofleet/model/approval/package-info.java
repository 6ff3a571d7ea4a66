/** What people approve, as a digest that planner, page and executor work out alike. */
@NullMarked
package io.calicofleet.model.approval;

import org.jspecify.annotations.NullMarked;
