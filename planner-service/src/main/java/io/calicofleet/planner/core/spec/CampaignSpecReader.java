package io.calicofleet.planner.core.spec;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.CampaignName;
import io.calicofleet.event.CampaignSpec;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ClusterSelector;
import io.calicofleet.event.FailureBudget;
import io.calicofleet.event.GatesSpec;
import io.calicofleet.event.LabelLimit;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.PodsGateSpec;
import io.calicofleet.event.Procedure;
import io.calicofleet.event.Quantity;
import io.calicofleet.event.SameFailure;
import io.calicofleet.event.ScheduleSpec;
import io.calicofleet.event.TrafficGateSpec;
import io.calicofleet.event.TrafficMode;
import io.calicofleet.event.Unreachable;
import io.calicofleet.event.UpgradeSpec;
import io.calicofleet.event.VersionGateSpec;
import io.calicofleet.planner.core.document.ObjectReader;
import io.calicofleet.planner.core.document.Problem;
import io.calicofleet.planner.core.document.Reading;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a campaign's document, given as the tree any YAML or JSON parser makes of it, into a {@link CampaignSpec} with all
 * the {@link CampaignDefaults} filled in, or finds everything that is wrong with it. The form is the one of
 * {@code campaign.schema.json}; an unknown field is a problem, with what was probably meant.
 */
public final class CampaignSpecReader {

    static final String QUANTITY = "a number such as 3, or a share such as 25%";
    static final String DURATION = "an ISO-8601 duration such as PT15M";
    static final String DEADLINE = "an ISO-8601 duration from PT1S to P30D, such as PT15M";
    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration YEAR = Duration.ofDays(365);
    private static final Duration LONGEST = Duration.ofDays(30);
    private static final String NAME =
            "lower-case letters, digits and '-', at most 63, starting and ending with a letter or digit";
    private static final int MAX_LABELS = 10;
    private static final int MAX_DRILL_STEPS = 1000;

    private CampaignSpecReader() {}

    /** Reads {@code document}: Map, List, String, Number, Boolean, null. */
    public static Reading<CampaignSpec> read(@Nullable Object document) {
        List<Problem> problems = new ArrayList<>();
        if (document == null) {
            return new Reading.Refused<>(List.of(new Problem("", "The document is empty.", "", "")));
        }
        ObjectReader root = ObjectReader.of(document, "", problems);
        fixed(root, "apiVersion", CampaignDefaults.API_VERSION);
        fixed(root, "kind", CampaignDefaults.KIND);
        CampaignName name = root.required("name", CampaignName::of, NAME);
        Procedure procedure =
                root.choice("procedure", CampaignDefaults.PROCEDURE, List.of(Procedure.values()), Procedure::encode);
        CalicoVersion target = target(root, procedure);
        ClusterSelector clusters = selector(root);
        var waves = WaveReader.waves(root);
        Quantity maxConcurrent = concurrency(root);
        FailureBudget failureBudget = budget(root);
        GatesSpec gates = gates(root.object("gates"));
        ObjectReader customisations = root.object("customisations");
        OnConflict onConflict = customisations.choice(
                "onConflict", CampaignDefaults.ON_CONFLICT, List.of(OnConflict.values()), OnConflict::encode);
        OnConflict withoutBase = customisations.choice(
                "withoutBase", CampaignDefaults.WITHOUT_BASE, List.of(OnConflict.values()), OnConflict::encode);
        if (customisations.has("withoutBase") && !procedure.hasTarget()) {
            customisations.problem("withoutBase", "only an upgrade has it, a " + procedure + " has not.", "");
        }
        customisations.finish();
        int drillSteps = drillSteps(root, procedure);
        @Nullable UpgradeSpec upgrade = UpgradeReader.read(root, procedure, withoutBase);
        ScheduleSpec schedule = ScheduleReader.read(root);
        List<LabelLimit> perLabel = perLabel(root);
        Unreachable unreachable = root.has("unreachable")
                ? root.choice("unreachable", Unreachable.FAIL, List.of(Unreachable.values()), Unreachable::encode)
                : null;
        root.finish();
        if (name == null || !problems.isEmpty()) {
            return new Reading.Refused<>(problems);
        }
        return new Reading.Read<>(new CampaignSpec(
                name,
                procedure,
                target,
                clusters,
                waves,
                maxConcurrent == null ? CampaignDefaults.MAX_CONCURRENT : maxConcurrent,
                failureBudget,
                gates,
                onConflict,
                drillSteps,
                upgrade,
                schedule,
                perLabel,
                unreachable));
    }

    private static List<LabelLimit> perLabel(ObjectReader root) {
        List<LabelLimit> limits = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (ObjectReader reader : root.objects("perLabel")) {
            String label = reader.required("label", text -> text, "the key of a label, such as region");
            Quantity maxConcurrent = concurrency(reader);
            Quantity maxFailures = reader.value("maxFailures", Quantity::parse, QUANTITY);
            if (!reader.has("maxConcurrent") && !reader.has("maxFailures")) {
                reader.problem("", "limits nothing.", "maxConcurrent, maxFailures, or both");
            }
            reader.finish();
            if (label != null && !seen.add(label)) {
                reader.problem("label", "'" + label + "' stands there more than once.", "");
            } else if (label != null) {
                limits.add(new LabelLimit(label, maxConcurrent, maxFailures));
            }
        }
        if (limits.size() > MAX_LABELS) {
            root.problem("perLabel", "names more than " + MAX_LABELS + " labels.", "");
        }
        return limits;
    }

    /** {@code failureBudget} of a campaign. */
    private static FailureBudget budget(ObjectReader root) {
        ObjectReader budget = root.object("failureBudget");
        Quantity maxFailures = budget.value("maxFailures", CampaignDefaults.MAX_FAILURES, Quantity::parse, QUANTITY);
        SameFailure sameFailure = budget.has("sameFailure") ? sameFailure(budget.object("sameFailure")) : null;
        budget.finish();
        return new FailureBudget(maxFailures, sameFailure);
    }

    private static SameFailure sameFailure(ObjectReader reader) {
        SameFailure otherwise = CampaignDefaults.SAME_FAILURE;
        SameFailure read = new SameFailure(
                reader.value("clusters", otherwise.clusters(), Quantity::parse, QUANTITY),
                reader.value("within", otherwise.within(), CampaignSpecReader::bounded, DEADLINE));
        reader.finish();
        return read;
    }

    /** An ISO-8601 duration that is not negative, and of at most a year. */
    static Duration duration(String text) {
        try {
            Duration duration = Duration.parse(text);
            if (duration.compareTo(YEAR) > 0) {
                throw new IllegalArgumentException("'" + text + "' is longer than a year.");
            }
            if (!duration.isNegative()) {
                return duration;
            }
        } catch (DateTimeParseException expected) {
            throw new IllegalArgumentException("'" + text + "' is no duration.", expected);
        }
        throw new IllegalArgumentException("'" + text + "' is negative.");
    }

    /** {@code maxConcurrent} of a campaign or a wave; null if absent or wrong. With 0 it would never start. */
    static @Nullable Quantity concurrency(ObjectReader reader) {
        return reader.value(
                "maxConcurrent",
                text -> {
                    Quantity quantity = Quantity.parse(text);
                    if (quantity.value() == 0) {
                        throw new IllegalArgumentException("'" + text + "' would never start anything.");
                    }
                    return quantity;
                },
                QUANTITY);
    }

    /** Cluster ids in the field {@code names}, each once. */
    static List<ClusterId> names(ObjectReader reader) {
        List<ClusterId> names = reader.values("names", ClusterId::of, "cluster ids");
        Set<ClusterId> seen = new HashSet<>();
        names.stream()
                .filter(name -> !seen.add(name))
                .distinct()
                .forEach(name -> reader.problem("names", "'" + name + "' stands there more than once.", ""));
        return names;
    }

    /** Notes if not exactly one of {@code fields} is there. */
    static void exactlyOne(ObjectReader reader, List<String> fields, String allowed) {
        List<String> given = fields.stream().filter(reader::has).toList();
        if (given.size() != 1) {
            reader.problem(
                    "",
                    given.isEmpty() ? "says nothing." : String.join(" and ", given) + " exclude each other.",
                    allowed);
        }
    }

    private static void fixed(ObjectReader root, String field, String value) {
        String typed = root.required(field, text -> text, value);
        if (typed != null && !typed.equals(value)) {
            root.problem(field, "'" + typed + "' cannot be read here.", value);
        }
    }

    private static @Nullable CalicoVersion target(ObjectReader root, Procedure procedure) {
        String form = "a release such as v3.22.5";
        if (procedure.hasTarget() && root.has("change")) {
            if (root.has("target")) {
                root.problem("target", "and change exclude each other: a change keeps the release that runs.", "");
            }
            return null;
        }
        if (procedure.hasTarget()) {
            return root.required("target", CalicoVersion::parse, form);
        }
        if (root.has("target")) {
            root.problem("target", "a " + procedure + " has no target; only an upgrade has.", "");
        }
        return null;
    }

    private static ClusterSelector selector(ObjectReader root) {
        String allowed = "exactly one of names: [a, b], matchLabels: {key: value}, all: true";
        if (!root.has("clusters")) {
            root.problem("clusters", "is missing.", allowed);
        }
        ObjectReader reader = root.object("clusters");
        if (root.has("clusters")) {
            exactlyOne(reader, List.of("names", "matchLabels", "all"), allowed);
        }
        List<ClusterId> names = names(reader);
        Map<String, String> labels = labels(reader);
        boolean all = reader.flag("all", false);
        if (reader.has("all") && !all) {
            reader.problem("all", "selects nothing.", "true");
        }
        if (reader.has("names") && names.isEmpty()) {
            reader.problem("names", "names no cluster.", "at least one cluster id");
        }
        reader.finish();
        return new ClusterSelector(names, labels, all);
    }

    /** The labels in the field {@code matchLabels}. */
    static Map<String, String> labels(ObjectReader reader) {
        Map<String, String> labels = reader.object("matchLabels").texts();
        if (reader.has("matchLabels") && labels.isEmpty()) {
            reader.problem("matchLabels", "names no label.", "at least one label, as key: value");
        }
        return labels;
    }

    private static GatesSpec gates(ObjectReader reader) {
        ObjectReader pods = reader.object("pods");
        Duration podsDeadline = deadline(pods, CampaignDefaults.PODS_DEADLINE);
        String expectedReady = pods.value("expectedReady", CampaignSpecReader::ready, "ready of all, such as 1/2");
        pods.finish();
        ObjectReader version = reader.object("version");
        Duration versionDeadline = deadline(version, CampaignDefaults.VERSION_DEADLINE);
        version.finish();
        ObjectReader traffic = reader.object("hostEndpointTraffic");
        TrafficMode mode = traffic.choice(
                "mode", CampaignDefaults.TRAFFIC_MODE, List.of(TrafficMode.values()), TrafficMode::encode);
        Duration observe = traffic.value(
                "observe",
                CampaignDefaults.TRAFFIC_OBSERVE,
                text -> notTooLong(text, duration(text)),
                "an ISO-8601 duration of at most 30 days, such as PT15M");
        Duration trafficDeadline = deadline(traffic, CampaignDefaults.TRAFFIC_DEADLINE);
        traffic.finish();
        Duration limit = reader.value("limit", CampaignSpecReader::bounded, DEADLINE);
        reader.finish();
        return new GatesSpec(
                new PodsGateSpec(podsDeadline, expectedReady),
                new VersionGateSpec(versionDeadline),
                new TrafficGateSpec(mode, observe, trafficDeadline),
                limit);
    }

    /** The field {@code deadline}. */
    static Duration deadline(ObjectReader reader, Duration otherwise) {
        return reader.value("deadline", otherwise, CampaignSpecReader::bounded, DEADLINE);
    }

    /** A length of time that something may take: from {@link #SHORTEST} to {@link #LONGEST}. */
    static Duration bounded(String text) {
        Duration duration = duration(text);
        if (duration.compareTo(SHORTEST) < 0) {
            throw new IllegalArgumentException("'" + text + "' leaves no time.");
        }
        return notTooLong(text, duration);
    }

    private static Duration notTooLong(String text, Duration duration) {
        if (duration.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("'" + text + "' is longer than 30 days.");
        }
        return duration;
    }

    private static String ready(String text) {
        if (!text.matches("\\d{1,3}/\\d{1,3}")) {
            throw new IllegalArgumentException("'" + text + "' is no count of ready containers.");
        }
        int ready = Integer.parseInt(text.replaceFirst("/.*", ""));
        int all = Integer.parseInt(text.replaceFirst(".*/", ""));
        if (ready > all) {
            throw new IllegalArgumentException("'" + text + "' asks for more ready containers than there are.");
        }
        if (ready == 0) {
            throw new IllegalArgumentException("'" + text + "' would pass pods of which nothing is ready.");
        }
        return text;
    }

    private static int drillSteps(ObjectReader root, Procedure procedure) {
        boolean given = root.has("drill");
        ObjectReader drill = root.object("drill");
        Integer steps = drill.integer("steps", 1, MAX_DRILL_STEPS);
        drill.finish();
        if (procedure != Procedure.DRILL) {
            if (given) {
                root.problem("drill", "only a campaign with 'procedure: drill' has it.", "");
            }
            return 0;
        }
        return steps == null ? CampaignDefaults.DRILL_STEPS : steps;
    }
}
