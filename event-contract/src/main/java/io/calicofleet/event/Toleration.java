package io.calicofleet.event;

import org.jspecify.annotations.Nullable;

/**
 * A taint of nodes that a pod bears, as in the spec of a pod of Kubernetes.
 *
 * @param key of the taint; null for all
 * @param operator Equal or Exists; null for Equal
 * @param value of the taint; null where there is none
 * @param effect of the taint, such as NoSchedule; null for all
 */
public record Toleration(
        @Nullable String key,
        @Nullable String operator,
        @Nullable String value,
        @Nullable String effect) {}
