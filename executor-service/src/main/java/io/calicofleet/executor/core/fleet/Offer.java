package io.calicofleet.executor.core.fleet;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.ClusterId;
import io.calicofleet.model.Json;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** An object of a management cluster that gives access to a cluster, or is meant to. */
public sealed interface Offer {

    /** The annotation by which such an object gives its cluster another id than its name. */
    String ID = "calico-fleet.io/cluster-id";

    /** The object. */
    Origin origin();

    /** The cluster; empty where nobody can tell which one is meant. */
    Optional<ClusterId> id();

    /** The cluster's labels, by which campaigns select it. */
    Map<String, String> labels();

    /**
     * Where an offer comes from.
     *
     * @param object such as {@code Secret argocd/eu-west-1}
     * @param created when it was created, as the API server writes it: in UTC, so that it sorts by time
     */
    record Origin(String object, String created) {

        public Origin {
            requireNonNull(object, "object");
            requireNonNull(created, "created");
        }

        static Origin of(JsonNode object) {
            JsonNode metadata = object.path("metadata");
            return new Origin(
                    Json.text(object, "kind") + " " + Json.text(metadata, "namespace") + "/"
                            + Json.text(metadata, "name"),
                    Json.text(metadata, "creationTimestamp"));
        }
    }

    /**
     * An access that a client can be made of.
     *
     * @param cluster the cluster
     * @param kubeconfig a whole kubeconfig; secret
     */
    record Access(Origin origin, ClusterId cluster, Map<String, String> labels, ObjectNode kubeconfig)
            implements Offer {

        public Access {
            requireNonNull(origin, "origin");
            requireNonNull(cluster, "cluster");
            labels = new TreeMap<>(labels);
            requireNonNull(kubeconfig, "kubeconfig");
        }

        @Override
        public Optional<ClusterId> id() {
            return Optional.of(cluster);
        }

        @Override
        public String toString() {
            return cluster + " by " + origin.object();
        }
    }

    /**
     * An access that cannot be used.
     *
     * @param problem why, in words that hold nothing of its credentials
     */
    record Unusable(Origin origin, Optional<ClusterId> id, Map<String, String> labels, String problem)
            implements Offer {

        public Unusable {
            requireNonNull(origin, "origin");
            requireNonNull(id, "id");
            labels = new TreeMap<>(labels);
            requireNonNull(problem, "problem");
        }
    }
}
