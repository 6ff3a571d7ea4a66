/** The three-way merge of what a release says, what a cluster has and what the next release says. */
@NullMarked
package io.calicofleet.executor.core.merge;

import org.jspecify.annotations.NullMarked;
