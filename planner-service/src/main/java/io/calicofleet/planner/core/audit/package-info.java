/** What people asked for, as chains of records: pure. */
@NullMarked
package io.calicofleet.planner.core.audit;

import org.jspecify.annotations.NullMarked;
