package io.calicofleet.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.cli.CliException;
import io.calicofleet.cli.client.FleetClient;
import io.calicofleet.cli.output.Style;
import io.calicofleet.cli.output.Table;
import io.calicofleet.cli.output.Terminal;
import io.calicofleet.cli.output.Times;
import io.calicofleet.cli.view.Phases;
import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.ChangeSpec;
import io.calicofleet.event.ClusterPhase;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What {@code get} can show; each as the planner tells it, so that what is newer than this command line is passed on. */
@SuppressWarnings("ImmutableEnumChecker") // made by List.of
enum Kind {
    CAMPAIGNS(
            "campaign", "campaign", List.of("campaign", "phase", "clusters>", "target", "updated"), List.of("summary")),
    CLUSTERS(
            "cluster",
            "cluster",
            List.of("cluster", "calico", "install", "kubernetes", "reachable", "campaign"),
            List.of("executor", "labels", "problem")),
    MEMBERS(
            "cluster",
            "cluster",
            List.of("cluster", "wave", "phase", "reason", "from", "to", "updated"),
            List.of("step", "summary")),
    STEPS("step", "step", List.of("step", "state", "started", "finished"), List.of("message"));

    private final String singular;
    private final String id;
    private final List<String> columns;
    private final List<String> wide;

    Kind(String singular, String id, List<String> columns, List<String> wide) {
        this.singular = singular;
        this.id = id;
        this.columns = columns;
        this.wide = wide;
    }

    /**
     * Reads what a person calls it, in singular or plural.
     *
     * @param ofCampaign whether a campaign was named: its clusters are then meant
     */
    static Kind parse(String text, boolean ofCampaign) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "campaign", "campaigns" -> CAMPAIGNS;
            case "cluster", "clusters" -> ofCampaign ? MEMBERS : CLUSTERS;
            case "step", "steps" -> STEPS;
            default -> throw CliException.usage("there is no '" + text + "' to get: campaigns, clusters or steps");
        };
    }

    /** As {@code -o name} has it. */
    String name(JsonNode entry) {
        return singular + "/" + id(entry);
    }

    String id(JsonNode entry) {
        return entry.path(id).asText();
    }

    /** The fields of an entry that a table needs; others are not asked for. */
    String fields() {
        return switch (this) {
            case CAMPAIGNS -> "campaign,phase,clusters,spec,updatedAt,summary";
            case CLUSTERS ->
                "cluster,calicoVersion,installMethod,kubernetesVersion,reachable,campaign,executor,labels,problem";
            case MEMBERS -> "cluster,wave,phase,holdReason,source,target,updatedAt,step,summary";
            case STEPS -> "cluster,steps";
        };
    }

    Table table(Iterable<JsonNode> entries, boolean isWide, Terminal terminal) {
        List<String> headers = new ArrayList<>(columns);
        if (isWide) {
            headers.addAll(wide);
        }
        Table table = Table.of(headers.toArray(String[]::new));
        entries.forEach(entry -> table.row(headers.stream()
                .map(header -> styled(header, cell(header.replace(">", ""), entry), terminal))
                .toArray(String[]::new)));
        return table;
    }

    private String styled(String header, String cell, Terminal terminal) {
        if (!header.equals("phase")) {
            return cell;
        }
        String constant = cell.toUpperCase(Locale.ROOT).replace('-', '_');
        Style style = this == CAMPAIGNS
                ? Arrays.stream(CampaignPhase.values())
                        .filter(phase -> phase.name().equals(constant))
                        .findFirst()
                        .map(Phases::style)
                        .orElse(Style.PLAIN)
                : Arrays.stream(ClusterPhase.values())
                        .filter(phase -> phase.name().equals(constant))
                        .findFirst()
                        .map(Phases::style)
                        .orElse(Style.PLAIN);
        return terminal.styled(style, cell);
    }

    /** The release, or what is changed in place of going to one. */
    private static String goal(JsonNode spec) {
        JsonNode change = spec.at("/upgrade/change");
        return change.isObject() ? FleetClient.convert(change, ChangeSpec.class).toString() : text(spec.path("target"));
    }

    private String cell(String column, JsonNode entry) {
        return switch (column) {
            case "calico" -> text(entry.path("calicoVersion"));
            case "install" -> text(entry.path("installMethod"));
            case "kubernetes" -> text(entry.path("kubernetesVersion"));
            case "reason" -> text(entry.path("holdReason"));
            case "from" -> text(entry.path("source"));
            case "to" -> text(entry.path("target"));
            case "target" -> goal(entry.path("spec"));
            case "updated" -> time(entry.path("updatedAt"));
            case "started" -> time(entry.path("startedAt"));
            case "finished" -> time(entry.path("finishedAt"));
            case "labels" -> labels(entry.path("labels"));
            default -> text(entry.path(column));
        };
    }

    private static String labels(JsonNode labels) {
        TreeMap<String, String> sorted = new TreeMap<>();
        labels.properties()
                .forEach(label -> sorted.put(label.getKey(), label.getValue().asText()));
        String text = sorted.entrySet().stream()
                .map(label -> label.getKey() + "=" + label.getValue())
                .collect(Collectors.joining(","));
        return text.isEmpty() ? "-" : text;
    }

    private static String time(JsonNode time) {
        String text = text(time);
        try {
            return Times.clock(Instant.parse(text));
        } catch (DateTimeParseException e) {
            return text;
        }
    }

    private static String text(JsonNode value) {
        return value.isMissingNode() || value.isNull() || value.asText().isEmpty() ? "-" : value.asText();
    }
}
