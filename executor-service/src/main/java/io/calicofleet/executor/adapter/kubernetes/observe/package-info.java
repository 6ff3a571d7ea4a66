/** What is watched in a cluster while a step waits for its verdict. */
@NullMarked
package io.calicofleet.executor.adapter.kubernetes.observe;

import org.jspecify.annotations.NullMarked;
