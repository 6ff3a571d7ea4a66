package io.calicofleet.executor.core.merge;

import io.calicofleet.model.release.ObjectKey;
import java.util.Comparator;

/**
 * The order objects are applied in: what others need comes first. Definitions before everything, rights and settings
 * before the workloads, Typha before the nodes that connect to it, budgets last.
 */
final class ApplyOrder {

    static final Comparator<ObjectKey> COMPARATOR = Comparator.comparingInt(ApplyOrder::rank);

    private ApplyOrder() {}

    private static int rank(ObjectKey key) {
        return switch (key.kind()) {
            case "Namespace" -> 0;
            case "CustomResourceDefinition" -> 1;
            case "PodSecurityPolicy" -> 2;
            case "ServiceAccount" -> 3;
            case "ClusterRole", "Role" -> 4;
            case "ClusterRoleBinding", "RoleBinding" -> 5;
            case "Secret", "ConfigMap" -> 6;
            case "Service" -> 7;
            case "Job" -> 8;
            case "Deployment" -> key.name().contains("typha") ? 9 : 11;
            case "DaemonSet" -> 10;
            case "PodDisruptionBudget" -> 13;
            default -> 12;
        };
    }
}
