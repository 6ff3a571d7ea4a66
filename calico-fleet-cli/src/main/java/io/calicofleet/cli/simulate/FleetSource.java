package io.calicofleet.cli.simulate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.calicofleet.cli.CliException;
import io.calicofleet.event.CampaignSpec;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ScheduleSpec;
import io.calicofleet.event.WaveSpec;
import io.calicofleet.event.WindowSpec;
import io.calicofleet.planner.core.ClusterCandidate;
import io.calicofleet.planner.core.simulation.Member;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The clusters of a simulation. */
public final class FleetSource {

    private FleetSource() {}

    /**
     * So many clusters that are made up: those the campaign names, and others with the labels it asks for, each wave's and window's in turn.
     *
     * @param nodes how many nodes each has
     */
    public static List<Member> madeUp(int count, CampaignSpec spec, int nodes) {
        Set<String> ids = new LinkedHashSet<>();
        spec.clusters().names().forEach(id -> ids.add(id.value()));
        spec.waves().forEach(wave -> wave.clusters().names().forEach(id -> ids.add(id.value())));
        for (int i = 1; ids.size() < count; i++) {
            ids.add(String.format(Locale.ROOT, "c%05d", i));
        }
        List<Map<String, String>> labels = labels(spec);
        List<Member> fleet = new ArrayList<>();
        for (String id : ids) {
            Map<String, String> own = new TreeMap<>(labels.get(fleet.size() % labels.size()));
            own.putAll(spec.clusters().matchLabels());
            fleet.add(new Member(new ClusterCandidate(ClusterId.of(id), own, ""), nodes));
        }
        return fleet;
    }

    /** What waves and windows ask for, and nothing at all, which is left for the wave that takes the rest. */
    private static List<Map<String, String>> labels(CampaignSpec spec) {
        Set<Map<String, String>> labels = new LinkedHashSet<>(List.of(Map.of()));
        spec.waves().stream().map(WaveSpec::clusters).forEach(clusters -> labels.add(clusters.matchLabels()));
        ScheduleSpec schedule = spec.schedule();
        if (schedule != null) {
            schedule.windows().stream().map(WindowSpec::matchLabels).forEach(labels::add);
        }
        return List.copyOf(labels);
    }

    /**
     * The clusters of a file in the form of {@code clusters.yaml}, where each may also say how many {@code nodes} it has.
     *
     * @param nodes how many nodes has one that does not say
     * @throws CliException where it cannot be read, or has another form
     */
    public static List<Member> file(Path file, int nodes) {
        JsonNode all;
        try {
            all = new YAMLMapper().readTree(file.toFile());
        } catch (IOException e) {
            throw CliException.usage("--clusters " + file + " cannot be read: " + e.getMessage());
        }
        if (all == null || !all.isObject() || all.isEmpty()) {
            throw CliException.usage(
                    "--clusters " + file + " names no cluster: a number, or a file as clusters.yaml is, with"
                            + " ID: {labels: {env: prod}, nodes: 20}");
        }
        List<Member> fleet = new ArrayList<>();
        all.properties().forEach(entry -> {
            int own = entry.getValue().path("nodes").asInt(nodes);
            if (own < 1) {
                throw CliException.usage(
                        "--clusters " + file + ": " + entry.getKey() + " has " + own + " nodes: at least one");
            }
            fleet.add(member(entry.getKey(), entry.getValue().path("labels"), "", own));
        });
        return fleet;
    }

    /** The clusters that a planner knows. */
    public static List<Member> served(Iterable<JsonNode> announced, int nodes) {
        List<Member> fleet = new ArrayList<>();
        announced.forEach(cluster -> fleet.add(member(
                cluster.path("cluster").asText(),
                cluster.path("labels"),
                cluster.path("problem").asText(""),
                nodes)));
        return fleet;
    }

    private static Member member(String id, JsonNode labels, String problem, int nodes) {
        Map<String, String> own = new TreeMap<>();
        labels.properties()
                .forEach(label -> own.put(label.getKey(), label.getValue().asText()));
        try {
            return new Member(new ClusterCandidate(ClusterId.of(id), own, problem), nodes);
        } catch (IllegalArgumentException e) {
            throw CliException.usage("'" + id + "' is no id of a cluster: " + e.getMessage());
        }
    }
}
