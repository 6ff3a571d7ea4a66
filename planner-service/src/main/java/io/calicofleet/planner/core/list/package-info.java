/** Lists as people ask for them: filtered, searched, ordered, page by page; pure. */
@NullMarked
package io.calicofleet.planner.core.list;

import org.jspecify.annotations.NullMarked;
