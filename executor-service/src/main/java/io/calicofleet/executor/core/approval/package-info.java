/** Whether a step has the approvals that it needs: by what it says itself, and by the rules of its executor. */
@NullMarked
package io.calicofleet.executor.core.approval;

import org.jspecify.annotations.NullMarked;
