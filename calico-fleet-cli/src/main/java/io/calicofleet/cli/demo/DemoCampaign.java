package io.calicofleet.cli.demo;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.cli.client.FleetClient;

/** The demo's campaign: a canary wave, then the rest; gates with deadlines a person can wait for. */
public final class DemoCampaign {

    /** What the clusters of the simulated fleet run, and what the demo upgrades them to. */
    public static final String INSTALLED = "v3.13.4";

    public static final String TARGET = "v3.22.5";
    static final String NAME = "demo";

    private DemoCampaign() {}

    /** Its document, as a file would hold it. */
    static ObjectNode document(int clusters, boolean withTrouble) {
        ObjectNode document = FleetClient.body()
                .put("apiVersion", "calico-fleet/v1")
                .put("kind", "Campaign")
                .put("name", NAME)
                .put("target", TARGET)
                .put("maxConcurrent", "50%");
        document.putObject("clusters").put("all", true);
        ArrayNode waves = document.putArray("waves");
        waves.addObject().put("name", "canary").putObject("clusters").put("count", canaries(clusters));
        waves.addObject().put("name", "rest");
        // One cluster has an MTU of its own, and the release changed it too: what people set stays.
        document.putObject("customisations").put("onConflict", "keep-mine");
        document.putObject("failureBudget").put("maxFailures", 1);
        ObjectNode gates = document.putObject("gates");
        gates.putObject("pods").put("deadline", withTrouble ? "PT45S" : "PT3M");
        gates.putObject("version").put("deadline", "PT1M");
        gates.putObject("hostEndpointTraffic").put("mode", "required").put("observe", "PT5S");
        return document;
    }

    static String describe(int clusters) {
        int canaries = canaries(clusters);
        return (canaries == 1 ? "1 canary" : canaries + " canaries") + ", then the other " + (clusters - canaries)
                + ", to " + TARGET;
    }

    private static int canaries(int clusters) {
        return Math.max(1, clusters / 6);
    }
}
