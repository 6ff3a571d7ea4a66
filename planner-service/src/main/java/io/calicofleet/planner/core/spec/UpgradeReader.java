package io.calicofleet.planner.core.spec;

import static io.calicofleet.planner.core.spec.CampaignDefaults.UPGRADE;

import io.calicofleet.event.AppliedBy;
import io.calicofleet.event.CanaryNodes;
import io.calicofleet.event.ChangeSpec;
import io.calicofleet.event.ContinuitySpec;
import io.calicofleet.event.HostPaths;
import io.calicofleet.event.Migration;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.OnGateFailure;
import io.calicofleet.event.Procedure;
import io.calicofleet.event.Quantity;
import io.calicofleet.event.Toleration;
import io.calicofleet.event.UntestedKubernetes;
import io.calicofleet.event.UpgradeSpec;
import io.calicofleet.model.owner.Owner;
import io.calicofleet.model.release.FailsafeDefaults;
import io.calicofleet.planner.core.document.ObjectReader;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the settings only an upgrade has; with another procedure they are a problem. */
final class UpgradeReader {

    private static final String EQUAL = "Equal";
    private static final String EXISTS = "Exists";
    private static final List<String> EFFECTS = List.of("NoSchedule", "PreferNoSchedule", "NoExecute");
    private static final Pattern NAMESPACE = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

    private static final List<String> FIELDS = List.of(
            "onGateFailure",
            "hostEndpoints",
            "helm",
            "applicationLayerPolicy",
            "kubernetes",
            "owners",
            "rollouts",
            "canaryNodes",
            "continuity",
            "apply",
            "migrate",
            "change");
    private static final Set<String> OF_ROLLOUTS = Set.of("canaryNodes", "rollouts");
    private static final String CHART = "https://..., oci://... or the path of a chart on the executor";

    private static final String NODES = "one of names: [a, b], matchLabels: {key: value}, count: 1";
    private static final int MOST_NODES = 1000;
    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final int MOST_BREAKS = 1000;

    /** Health and metrics of Typha, Felix, kubelet, kube-proxy, controllers and scheduler: no Pod declares them in most clusters. */
    private static final Set<Integer> ON_EACH_NODE = Set.of(9098, 9099, 10248, 10249, 10250, 10256, 10257, 10259);

    private static final Duration LONGEST_GAP = Duration.ofMinutes(10);
    private static final Duration LONGEST_BASELINE = Duration.ofHours(1);

    private UpgradeReader() {}

    /** The settings; null where it is no upgrade. */
    static @Nullable UpgradeSpec read(ObjectReader root, Procedure procedure, OnConflict withoutBase) {
        OnGateFailure onGateFailure = root.choice(
                "onGateFailure", UPGRADE.onGateFailure(), List.of(OnGateFailure.values()), OnGateFailure::encode);

        ObjectReader endpoints = root.object("hostEndpoints");
        boolean migrate = endpoints.flag("migrateToAutomatic", UPGRADE.migrateToAutomatic());
        boolean accept = endpoints.flag("acceptPolicies", UPGRADE.acceptPolicies());
        if (accept && !migrate) {
            endpoints.problem("acceptPolicies", "has no meaning without migrateToAutomatic: true.", "");
        }
        Duration replacing = CampaignSpecReader.deadline(endpoints, UPGRADE.migrationDeadline());
        if (endpoints.has("deadline") && !migrate) {
            endpoints.problem("deadline", "has no meaning without migrateToAutomatic: true.", "");
        }
        endpoints.finish();

        ObjectReader helm = root.object("helm");
        String chart = helm.value("chart", UpgradeReader::chart, CHART);
        helm.finish();

        ObjectReader policy = root.object("applicationLayerPolicy");
        Quantity many = CampaignSpecReader.concurrency(policy);
        Duration deadline = CampaignSpecReader.deadline(policy, UPGRADE.restartDeadline());
        policy.finish();

        ObjectReader kubernetes = root.object("kubernetes");
        UntestedKubernetes untested = kubernetes.choice(
                "untested",
                UPGRADE.untestedKubernetes(),
                List.of(UntestedKubernetes.values()),
                UntestedKubernetes::encode);
        kubernetes.finish();

        ObjectReader owners = root.object("owners");
        List<String> accepted = owners.choices("accept", Owner.acceptableIds());
        owners.finish();

        ObjectReader rollouts = root.object("rollouts");
        List<String> rolling = rollouts.choices("accept", List.of(UpgradeSpec.ON_DELETE));
        rollouts.finish();

        CanaryNodes canaries = root.has("canaryNodes") ? canaries(root.object("canaryNodes")) : null;

        ContinuitySpec continuity = root.has("continuity") ? continuity(root.object("continuity")) : null;

        AppliedBy appliedBy = root.choice("apply", AppliedBy.EXECUTOR, List.of(AppliedBy.values()), AppliedBy::encode);
        if (appliedBy == AppliedBy.EXTERNAL && onGateFailure == OnGateFailure.ROLLBACK) {
            root.problem(
                    "onGateFailure",
                    "what others apply, only they can take back: revert it where they have it from.",
                    OnGateFailure.HOLD.encode());
        }

        if (appliedBy == AppliedBy.EXTERNAL && canaries != null) {
            root.problem("canaryNodes", "what others apply, they roll out: leave it out with apply: external.", "");
        }

        Migration migration = root.has("migrate")
                ? root.choice("migrate", Migration.TO_OPERATOR, List.of(Migration.values()), Migration::encode)
                : null;
        if (migration != null && !root.has("change")) {
            refuseWithMigration(root, migration, onGateFailure, migrate, chart, canaries, appliedBy);
        }

        ChangeSpec change = root.has("change") ? ChangeReader.read(root.object("change")) : null;
        if (root.has("change")) {
            refuseWithChange(root, change != null && change.rolls());
        }

        if (!procedure.hasTarget()) {
            FIELDS.stream()
                    .filter(root::has)
                    .forEach(field -> root.problem(field, "only an upgrade has it, a " + procedure + " has not.", ""));
            return null;
        }
        return new UpgradeSpec(
                onGateFailure,
                migrate,
                accept,
                replacing,
                chart,
                many == null ? UPGRADE.maxConcurrentRestarts() : many,
                deadline,
                untested,
                withoutBase,
                accepted,
                rolling,
                appliedBy == AppliedBy.EXECUTOR ? null : appliedBy,
                canaries,
                migration,
                continuity,
                change);
    }

    /** What says how a release is brought, or taken back: a migration brings none, and has no way back once it has begun. */
    private static void refuseWithMigration(
            ObjectReader root,
            Migration migration,
            OnGateFailure onGateFailure,
            boolean automaticEndpoints,
            @Nullable String chart,
            @Nullable CanaryNodes canaries,
            AppliedBy appliedBy) {
        if (onGateFailure == OnGateFailure.ROLLBACK) {
            root.problem(
                    "onGateFailure",
                    (migration == Migration.TO_OPERATOR
                                    ? "once the operator has begun to take Calico over"
                                    : "once the datastore in Kubernetes is unlocked, which is before the gates,")
                            + " nothing goes back: hold with migrate: " + migration + ".",
                    OnGateFailure.HOLD.encode());
        }
        if (automaticEndpoints) {
            root.problem("hostEndpoints", "migrate first; automatic host endpoints are another campaign.", "");
        }
        if (chart != null) {
            root.problem("helm", "a migration goes to the manifests of the release, not to a chart.", "");
        }
        if (canaries != null) {
            root.problem("canaryNodes", "a migration takes the nodes one by one itself.", "");
        }
        if (appliedBy == AppliedBy.EXTERNAL) {
            root.problem(
                    "apply",
                    "the executor migrates itself with migrate: " + migration + ".",
                    AppliedBy.EXECUTOR.encode());
        }
    }

    /**
     * What says how a release is brought: a change brings none.
     *
     * @param rolls whether the nodes roll by it, as by an upgrade
     */
    private static void refuseWithChange(ObjectReader root, boolean rolls) {
        Map.of(
                        "migrate", "a change keeps Calico installed as it is.",
                        "helm", "a change brings no chart.",
                        "canaryNodes",
                                "this change is of all nodes at once: a FelixConfiguration of a node is its own.",
                        "apply", "the executor changes the fields itself.",
                        "hostEndpoints", "a change leaves host endpoints as they are.",
                        "applicationLayerPolicy", "a change restarts no workload.",
                        "rollouts", "this change rolls nothing out.",
                        "kubernetes",
                                "a change brings no release, so that it is tested with any Kubernetes it runs on.")
                .forEach((field, why) -> {
                    if (root.has(field) && !(rolls && OF_ROLLOUTS.contains(field))) {
                        root.problem(field, why + " Leave it out.", "");
                    }
                });
    }

    private static CanaryNodes canaries(ObjectReader reader) {
        CampaignSpecReader.exactlyOne(reader, List.of("names", "matchLabels", "count"), NODES);
        List<String> names = reader.values("names", UpgradeReader::node, "names of nodes");
        if (reader.has("names") && names.isEmpty()) {
            reader.problem("names", "names no node.", "at least one node");
        }
        Map<String, String> labels = CampaignSpecReader.labels(reader);
        Integer count = reader.integer("count", 1, MOST_NODES);
        Duration deadline = CampaignSpecReader.deadline(reader, CanaryNodes.DEADLINE);
        reader.finish();
        return new CanaryNodes(names, labels, count, deadline);
    }

    private static ContinuitySpec continuity(ObjectReader reader) {
        ContinuitySpec usual = ContinuitySpec.DEFAULT;
        String image = reader.value("image", UpgradeReader::image, "such as " + usual.image());
        Duration maxGap = within(reader, "maxGap", usual.maxGap(), LONGEST_GAP);
        Integer loss = reader.integer("maxLossPercent", 0, 100);
        Duration baseline = within(reader, "baseline", usual.baseline(), LONGEST_BASELINE);
        boolean required = reader.flag("required", usual.required());
        String namespace = reader.value("namespace", UpgradeReader::namespace, "such as " + ContinuitySpec.NAMESPACE);
        List<Toleration> tolerations = reader.has("tolerations")
                ? reader.objects("tolerations").stream()
                        .map(UpgradeReader::toleration)
                        .toList()
                : null;
        HostPaths hosts = reader.has("hostPaths")
                ? reader.choice("hostPaths", usual.hosts(), List.of(HostPaths.values()), HostPaths::encode)
                : null;
        Integer port = reader.integer("hostPort", 1024, 65535);
        if (port != null && FailsafeDefaults.isInSome(port)) {
            reader.problem(
                    "hostPort", port + " is a failsafe port of Calico, which passes whatever a policy says.", "");
        } else if (port != null && ON_EACH_NODE.contains(port)) {
            reader.problem("hostPort", port + " is a port that Kubernetes or Calico listens on on each node.", "");
        }
        Integer breaks = reader.integer("maxBreaks", 0, MOST_BREAKS);
        reader.finish();
        return new ContinuitySpec(
                image == null ? usual.image() : image,
                maxGap,
                loss == null ? usual.maxLossPercent() : loss,
                baseline,
                required,
                namespace,
                tolerations,
                hosts,
                port,
                breaks == null ? usual.maxBreaks() : breaks);
    }

    /** What the API server would refuse only when the prober is created. */
    private static Toleration toleration(ObjectReader reader) {
        String key = reader.value("key", UnaryOperator.identity(), "the key of a taint");
        String operator = reader.has("operator")
                ? reader.choice("operator", EQUAL, List.of(EQUAL, EXISTS), UnaryOperator.identity())
                : null;
        String value = reader.value("value", UnaryOperator.identity(), "the value of a taint");
        String effect = reader.has("effect")
                ? reader.choice("effect", EFFECTS.getFirst(), EFFECTS, UnaryOperator.identity())
                : null;
        if (key == null && !EXISTS.equals(operator)) {
            reader.problem("key", "is needed, unless operator is " + EXISTS + ".", "the key of a taint");
        }
        if (value != null && EXISTS.equals(operator)) {
            reader.problem("value", "has no meaning with operator " + EXISTS + ".", "");
        }
        reader.finish();
        return new Toleration(key, operator, value, effect);
    }

    private static String namespace(String text) {
        if (!NAMESPACE.matcher(text).matches()) {
            throw new IllegalArgumentException("'" + text + "' is no name of a namespace.");
        }
        return text;
    }

    /** A duration from a second on: what is shorter than two attempts take says nothing. */
    private static Duration within(ObjectReader reader, String field, Duration otherwise, Duration longest) {
        return reader.value(
                field,
                otherwise,
                text -> {
                    Duration duration = CampaignSpecReader.duration(text);
                    if (duration.compareTo(SHORTEST) < 0 || duration.compareTo(longest) > 0) {
                        throw new IllegalArgumentException(
                                "'" + text + "' is not from " + SHORTEST + " to " + longest + ".");
                    }
                    return duration;
                },
                "an ISO-8601 duration from " + SHORTEST + " to " + longest);
    }

    private static String image(String text) {
        if (text.isBlank() || text.strip().chars().anyMatch(Character::isWhitespace) || text.length() > 500) {
            throw new IllegalArgumentException("names no image.");
        }
        return text.strip();
    }

    private static String node(String text) {
        if (text.isBlank()) {
            throw new IllegalArgumentException("names no node.");
        }
        return text.strip();
    }

    private static String chart(String text) {
        if (text.isBlank()) {
            throw new IllegalArgumentException("names no chart.");
        }
        return text.strip();
    }
}
