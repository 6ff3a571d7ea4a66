package io.calicofleet.planner.core;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.ClusterId;

/**
 * Another id under which the same real cluster is served, by another executor: two campaigns could act on it at once, or one twice. An
 * executor sees to the ids it serves itself.
 *
 * @param executor that serves the cluster in question
 * @param other the other id
 * @param otherExecutor that serves it under that
 * @param uid of its namespace {@code kube-system}
 */
public record Twin(String executor, ClusterId other, String otherExecutor, String uid) {

    public Twin {
        requireNonNull(executor, "executor");
        requireNonNull(other, "other");
        requireNonNull(otherExecutor, "otherExecutor");
        requireNonNull(uid, "uid");
    }

    /** What a person is told, and what to do. */
    String said(ClusterId cluster) {
        return cluster + ", served by executor " + executor + ", and " + other + ", served by executor " + otherExecutor
                + ", are the same cluster: the UID of its kube-system is " + uid
                + ". Nothing is done to a cluster under two ids: remove the kubeconfig of one of them, or correct it, then"
                + " retry.";
    }
}
