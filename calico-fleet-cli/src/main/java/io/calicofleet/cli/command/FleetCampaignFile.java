package io.calicofleet.cli.command;

import io.calicofleet.cli.view.CommandLines;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.planner.core.catalogue.VersionCatalogue;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Writes a campaign file with a comment for each choice.
 *
 * @param in the clusters that take part, by id
 * @param out those that do not, with the reason
 * @param target the release
 * @param catalogue what is known of releases
 * @param selector the labels by which the clusters were chosen; null: all of them
 * @param commands writes commands as they are to be typed here
 */
record FleetCampaignFile(
        List<FleetCluster> in,
        Map<String, String> out,
        CalicoVersion target,
        VersionCatalogue catalogue,
        @Nullable String selector,
        CommandLines commands) {

    private static final int NAMED = 5;
    private static final int WIDTH = 100;
    private static final int MOST_CANARIES = 5;
    private static final String LEAST =
            "(?i)(canary|dev|development|test|testing|qa|lab|sandbox|stage|staging|nonprod|non-prod)";

    /** The file. */
    String text() {
        StringBuilder text = new StringBuilder();
        text.append("# Written from the fleet as it is; nothing has started. What it would do:\n#   ")
                .append(commands.of("plan -f FILE"))
                .append("\n# What a field means, and which there are:\n#   ")
                .append(CommandLines.called())
                .append(" explain campaign.waves\n#   ")
                .append(CommandLines.called())
                .append(" explain campaign --recursive\n");
        kinds(text);
        left(text);
        text.append("apiVersion: calico-fleet/v1\nkind: Campaign\n");
        text.append("name: calico-")
                .append(target.line().substring(1).replace('.', '-'))
                .append("   # unique in the fleet\n");
        target(text);
        clusters(text);
        waves(text);
        comment(text, "", "Never more in flight at once; and one more failure than this, and nothing new starts.");
        text.append("maxConcurrent: 25%\nfailureBudget: {maxFailures: 1}\n");
        gates(text);
        return text.toString();
    }

    private void kinds(StringBuilder text) {
        text.append("#\n");
        Map<String, List<FleetCluster>> kinds = in.stream()
                .collect(Collectors.groupingBy(
                        cluster -> cluster.method().map(InstallMethod::encode).orElse("an install that is not known")
                                + ", Calico " + cluster.calico().orElseThrow() + ", Kubernetes " + cluster.kubernetes(),
                        TreeMap::new,
                        Collectors.toList()));
        kinds.forEach((kind, clusters) -> comment(
                text,
                "",
                kind + ": " + named(clusters.stream().map(FleetCluster::id).toList())));
        new TreeSet<>(in.stream().flatMap(cluster -> cluster.method().stream()).toList())
                .forEach(method -> comment(text, "", method.encode() + " is: " + method.sentence()));
    }

    private void left(StringBuilder text) {
        if (out.isEmpty()) {
            return;
        }
        text.append("#\n");
        comment(text, "", "Left out:");
        Map<String, List<String>> why = new LinkedHashMap<>();
        out.forEach((id, reason) ->
                why.computeIfAbsent(reason, any -> new ArrayList<>()).add(id));
        why.forEach((reason, ids) -> comment(text, "", "- " + named(ids) + ": " + reason));
    }

    private void target(StringBuilder text) {
        comment(
                text,
                "",
                "By the upgrade pages and the Kubernetes it is tested with, " + (out.isEmpty() ? "all" : "these")
                        + " clusters can go to it at once.");
        text.append("target: ").append(target).append('\n');
    }

    private void clusters(StringBuilder text) {
        String labels = selector;
        if (out.isEmpty() && labels == null) {
            text.append("clusters: {all: true}   # or matchLabels: {env: prod}, or names: [a, b]\n");
        } else if (out.isEmpty()
                && labels != null
                && labels.matches("[^=!,()\\s]+==?[^=!,()\\s]+(,[^=!,()\\s]+==?[^=!,()\\s]+)*")) {
            text.append("clusters:\n  matchLabels:\n");
            for (String label : labels.split(",", -1)) {
                text.append("    ")
                        .append(label.replaceFirst("==?.*", ""))
                        .append(": \"")
                        .append(label.replaceFirst("^[^=]*==?", ""))
                        .append("\"\n");
            }
        } else {
            text.append("clusters:\n  names:\n");
            in.forEach(cluster ->
                    text.append("    - ").append(quoted(cluster.id())).append('\n'));
        }
    }

    private void waves(StringBuilder text) {
        if (in.size() == 1) {
            return;
        }
        text.append("waves:\n");
        List<FleetCluster> left = new ArrayList<>(in);
        Optional<Map.Entry<String, String>> least = leastOf(in);
        least.ifPresent(label -> {
            List<FleetCluster> first = in.stream()
                    .filter(cluster -> label.getValue().equals(cluster.labels().get(label.getKey())))
                    .toList();
            left.removeAll(first);
            comment(
                    text,
                    "  ",
                    "Those nobody misses go first: "
                            + named(first.stream().map(FleetCluster::id).toList()) + ".");
            text.append("  - name: ")
                    .append(label.getValue().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9-]", "-"))
                    .append('\n');
            text.append("    clusters: {matchLabels: {")
                    .append(quoted(label.getKey()))
                    .append(": ")
                    .append(quoted(label.getValue()))
                    .append("}}\n");
            text.append("    soak: PT1H   # how long to wait before the next wave\n");
        });
        if (left.size() > 1) {
            List<String> canaries = canaries(left);
            comment(
                    text,
                    "  ",
                    "One of each kind of install, Calico and Kubernetes, " + MOST_CANARIES
                            + " at most, so that what is wrong with a kind shows on one cluster.");
            text.append("  - name: canaries\n    clusters: {names: [")
                    .append(canaries.stream().map(FleetCampaignFile::quoted).collect(Collectors.joining(", ")))
                    .append(
                            "]}\n    maxConcurrent: 1\n    soak: PT1H   # and let people see how it does for an hour\n");
            text.append("    # approval: true   # wait for somebody to say yes before these start\n");
        }
        text.append("  - name: rest   # all that is left\n");
    }

    /** One of each kind, those of the most clusters first; never all of them. */
    private static List<String> canaries(List<FleetCluster> clusters) {
        Map<String, List<FleetCluster>> kinds =
                clusters.stream().collect(Collectors.groupingBy(FleetCluster::sort, TreeMap::new, Collectors.toList()));
        return kinds.values().stream()
                .sorted(Comparator.comparingInt((List<FleetCluster> kind) -> -kind.size()))
                .limit(Math.min(MOST_CANARIES, clusters.size() - 1))
                .map(kind -> kind.getFirst().id())
                .sorted()
                .toList();
    }

    /** The label that says of some, and not of all, that they are for trying things out. */
    private static Optional<Map.Entry<String, String>> leastOf(List<FleetCluster> clusters) {
        Map<Map.Entry<String, String>, Long> counted = clusters.stream()
                .flatMap(cluster -> cluster.labels().entrySet().stream())
                .filter(label -> label.getValue().matches(LEAST))
                .collect(Collectors.groupingBy(
                        label -> Map.entry(label.getKey(), label.getValue()), Collectors.counting()));
        return counted.entrySet().stream()
                .filter(each -> each.getValue() < clusters.size())
                .sorted(Map.Entry.<Map.Entry<String, String>, Long>comparingByValue()
                        .reversed()
                        .thenComparing(each -> each.getKey().toString()))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    private void gates(StringBuilder text) {
        text.append("gates:\n  pods: {deadline: PT15M}   # how long a cluster may be seen without all pods ready\n");
        List<String> closing = in.stream()
                .filter(cluster ->
                        catalogue.closesHostEndpoints(cluster.calico().orElseThrow(), target))
                .map(FleetCluster::id)
                .toList();
        if (!closing.isEmpty()) {
            comment(
                    text,
                    "  ",
                    "Host endpoints of all interfaces deny by default from " + catalogue.hostEndpointsDenyByDefault()
                            + " on. Where there are some (" + named(closing)
                            + " come from before it), traffic is observed as long, and its review waits for you.");
            text.append("  hostEndpointTraffic: {mode: required, observe: PT30M}\n");
        }
    }

    private static String named(List<String> ids) {
        return ids.stream().limit(NAMED).collect(Collectors.joining(", "))
                + (ids.size() > NAMED ? " and " + (ids.size() - NAMED) + " more" : "");
    }

    private static void comment(StringBuilder text, String indent, String sentence) {
        StringBuilder line = new StringBuilder(indent + "#");
        for (String word : sentence.split("\\s+", -1)) {
            if (line.length() + word.length() >= WIDTH && line.length() > indent.length() + 1) {
                text.append(line).append('\n');
                line = new StringBuilder(indent + "#");
            }
            line.append(' ').append(word);
        }
        text.append(line).append('\n');
    }

    /** YAML reads some plain words as something else than text. */
    private static String quoted(String value) {
        return value.matches("[A-Za-z][A-Za-z0-9._/-]*") && !value.matches("(?i)y|n|yes|no|on|off|true|false|null")
                ? value
                : '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
