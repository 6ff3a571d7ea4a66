package io.calicofleet.cli.rehearse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.cli.CliException;
import io.calicofleet.cli.client.FleetClient;
import io.calicofleet.event.CalicoVersion;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The campaign of a rehearsal: what a person's file says of an upgrade, for the one simulated cluster, with times that fit a cluster on
 * which everything is faster.
 *
 * @param document as a file would hold it
 * @param target the release it goes to
 * @param adjusted what it has otherwise than the person's file, a sentence each
 */
record RehearsalCampaign(ObjectNode document, CalicoVersion target, List<String> adjusted) {

    static final String NAME = "rehearsal";

    /** The most that each may be. A pod of the simulated cluster is up in a fraction of a second. */
    private static final Map<String, Duration> LONGEST = longest();

    /** What is about many clusters, or about when. */
    private static final List<String> NOT_OF_ONE =
            List.of("waves", "maxConcurrent", "failureBudget", "minSucceeded", "windows", "startAt");

    RehearsalCampaign {
        adjusted = List.copyOf(adjusted);
    }

    private static Map<String, Duration> longest() {
        Map<String, Duration> most = new LinkedHashMap<>();
        most.put("/gates/pods/deadline", Duration.ofSeconds(90));
        most.put("/gates/version/deadline", Duration.ofSeconds(60));
        most.put("/gates/hostEndpointTraffic/observe", Duration.ofSeconds(5));
        most.put("/gates/hostEndpointTraffic/deadline", Duration.ofSeconds(30));
        most.put("/hostEndpoints/deadline", Duration.ofMinutes(1));
        most.put("/applicationLayerPolicy/deadline", Duration.ofMinutes(2));
        return most;
    }

    /**
     * Makes it.
     *
     * @param given what the person's file holds; null where there is none
     * @param target the release that is asked for; null where only the file names one
     * @throws CliException where there is no target, two that differ, or no upgrade
     */
    static RehearsalCampaign of(@Nullable JsonNode given, @Nullable CalicoVersion target, String cluster) {
        ObjectNode document = given instanceof ObjectNode object ? object.deepCopy() : FleetClient.body();
        if (document.has("change")) {
            throw CliException.usage("the campaign changes settings: only an upgrade can be rehearsed");
        }
        CalicoVersion goal = target(document.path("target").asText(""), target);
        if (!document.path("procedure").asText("upgrade").equals("upgrade")) {
            throw CliException.usage("the procedure of the campaign is "
                    + document.path("procedure").asText() + ": only an upgrade can be" + " rehearsed");
        }
        if (given == null) {
            document.put("apiVersion", "calico-fleet/v1").put("kind", "Campaign");
        }
        List<String> adjusted = new ArrayList<>();
        NOT_OF_ONE.stream().filter(document::has).forEach(field -> {
            document.remove(field);
            adjusted.add(field + " is left out: there is one cluster, and it begins at once");
        });
        document.put("name", NAME).put("target", goal.toString());
        document.putObject("clusters").putArray("names").add(cluster);
        LONGEST.forEach((path, most) -> shorten(document, path, most, adjusted));
        return new RehearsalCampaign(document, goal, adjusted);
    }

    private static CalicoVersion target(String written, @Nullable CalicoVersion asked) {
        if (asked != null && !written.isEmpty() && !written.equals(asked.toString())) {
            throw CliException.usage(
                    "--target is " + asked + ", and the campaign's target " + written + ": name one of them");
        }
        if (asked != null) {
            return asked;
        }
        if (written.isEmpty()) {
            throw CliException.usage(
                    "which release? name it with --target, such as --target v3.28.5, or in the campaign");
        }
        return CalicoVersion.tryParse(written)
                .orElseThrow(() -> CliException.usage(
                        "the campaign's target '" + written + "' is no release of Calico: write it like" + " v3.28.5"));
    }

    /** What the file does not mention has a default that is longer; gates are there in any case, other settings only if written. */
    private static void shorten(ObjectNode document, String path, Duration most, List<String> adjusted) {
        JsonNode value = document.at(path);
        String[] names = path.substring(1).split("/", -1);
        ObjectNode parent = document;
        for (int i = 0; i < names.length - 1; i++) {
            JsonNode child = parent.get(names[i]);
            if (child == null && names[0].equals("gates")) {
                child = parent.putObject(names[i]);
            }
            if (!(child instanceof ObjectNode object)) {
                return; // not written, or wrong, which the planner tells
            }
            parent = object;
        }
        String last = names[names.length - 1];
        if (value.isMissingNode()) {
            parent.put(last, most.toString());
        } else if (isLonger(value.asText(), most)) {
            parent.put(last, most.toString());
            adjusted.add(path.substring(1).replace('/', '.') + " is " + most + " in place of " + value.asText());
        }
    }

    private static boolean isLonger(String text, Duration most) {
        try {
            return Duration.parse(text).compareTo(most) > 0;
        } catch (DateTimeException e) {
            return false;
        }
    }
}
