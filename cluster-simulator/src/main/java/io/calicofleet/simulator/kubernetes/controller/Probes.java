package io.calicofleet.simulator.kubernetes.controller;

import com.fasterxml.jackson.databind.JsonNode;

/** What the containers of a cluster answer when their kubelet probes them. */
public interface Probes {

    /** Why a container that runs does not answer well, as its probe puts it; empty where it does. */
    String failure(JsonNode pod, JsonNode container);
}
