/** What all steps read and write in a cluster: objects, edits, permissions, the installed Calico. */
@NullMarked
package io.calicofleet.executor.step.cluster;

import org.jspecify.annotations.NullMarked;
