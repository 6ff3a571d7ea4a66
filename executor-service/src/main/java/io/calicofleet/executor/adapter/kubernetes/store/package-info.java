/** What calico-fleet keeps in the cluster itself: lease, journal, backups and plans. */
@NullMarked
package io.calicofleet.executor.adapter.kubernetes.store;

import org.jspecify.annotations.NullMarked;
