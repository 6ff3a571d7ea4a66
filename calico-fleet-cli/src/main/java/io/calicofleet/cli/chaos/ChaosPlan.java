package io.calicofleet.cli.chaos;

import io.calicofleet.cli.chaos.Fault.On;
import io.calicofleet.cli.chaos.Happening.Act;
import io.calicofleet.cli.chaos.Happening.Deed;
import io.calicofleet.cli.chaos.Happening.Injection;
import io.calicofleet.cli.demo.SimulatedFleet;
import io.calicofleet.cli.local.LocalSystem;
import io.calicofleet.event.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;

/**
 * What happens in the run of a seed: which clusters there are, which campaigns, what people do, what breaks when. The same
 * seed makes the same plan; what the system makes of it depends on the machine, too.
 *
 * @param clusters the clusters, by id
 * @param campaigns what campaigns there are; the time begins when the first one is applied
 * @param happenings in their order; everything that breaks has healed after {@code duration}
 */
record ChaosPlan(
        long seed, Duration duration, List<String> clusters, List<Campaign> campaigns, List<Happening> happenings) {

    /** What befalls a cluster of a seed comes so long after what befell one before, on average. */
    private static final long BETWEEN_CLUSTERS_MILLIS = 2000;

    /** The same for processes and topics, of all seeds that share them. */
    private static final long BETWEEN_PROCESSES_MILLIS = 1500;

    /** What is lost with one of these comes again by itself. */
    private static final List<Topic> RECREATED = List.of(Topic.TRAFFIC, Topic.CHECKS, Topic.DEAD_LETTERS);

    /**
     * An upgrade.
     *
     * @param rollback whether a failed gate takes the cluster back
     * @param waits whether a cluster that cannot be reached is waited for, and has not failed
     * @param sameFailure on how many clusters the same failure stops everything; 0: it does not
     * @param approval whether somebody approves its start
     * @param canaryNode whether a node of each cluster gets the new calico-node first
     */
    record Campaign(
            String name,
            List<String> clusters,
            int maxConcurrent,
            boolean rollback,
            boolean waits,
            int sameFailure,
            Begins begins,
            boolean approval,
            boolean canaryNode) {
        Campaign {
            clusters = List.copyOf(clusters);
        }

        private Campaign with(boolean anApproval, boolean aCanaryNode) {
            return new Campaign(
                    name, clusters, maxConcurrent, rollback, waits, sameFailure, begins, anApproval, aCanaryNode);
        }
    }

    /** When the clusters of a campaign may begin, and by what. */
    enum Begins {
        AT_ONCE,
        /** In a window that is always open, and not in a freeze of years ago. */
        IN_A_WINDOW,
        /** Never: a freeze outlasts the run. */
        NEVER,
        /** Once it is planned; what is done is what the plan says. */
        AS_PLANNED
    }

    /**
     * What of the system is a seed's own: clusters that no other has; processes and topics it shares with all.
     *
     * @param place its place among them, from 0
     * @param among how many seeds there are
     * @param services the processes of services
     */
    record Share(int place, int among, List<String> services) {
        Share {
            services = List.copyOf(services);
        }

        /** The id of its cluster of a kind, from 1 on. */
        String cluster(int kind) {
            return String.format(Locale.ROOT, "c%03d", place * SimulatedFleet.KINDS + kind);
        }
    }

    ChaosPlan {
        clusters = List.copyOf(clusters);
        campaigns = List.copyOf(campaigns);
        happenings = List.copyOf(happenings);
    }

    /**
     * The plan of a seed.
     *
     * @param share which part of the system is its own
     * @param clusters how many clusters it has
     * @param duration how long things break
     */
    static ChaosPlan of(long seed, Share share, int clusters, Duration duration) {
        Random random = new Random(seed);
        Random other = new Random(~seed); // what came later leaves the plan of a seed as it was
        List<String> chosen = clusters(random, share, clusters);
        Campaign first = campaign(
                other, "first-" + seed, chosen, 2 + random.nextInt(Math.max(1, clusters - 1)), random.nextBoolean());
        List<String> shared = new ArrayList<>(chosen);
        Collections.shuffle(shared, random);
        Campaign second = campaign(
                other,
                "second-" + seed,
                shared.subList(0, Math.max(1, clusters / 2)),
                1 + random.nextInt(2),
                random.nextBoolean());
        List<Happening> happenings = new ArrayList<>(acts(random, first, second, duration));
        happenings.addAll(ofClusters(random, chosen, duration));
        happenings.addAll(ofProcesses(random, share, duration));
        List<Campaign> campaigns = new ArrayList<>(List.of(first, second));
        if (other.nextInt(3) == 0) {
            campaigns.add(begins(first, "frozen-" + seed, Begins.NEVER));
            happenings.add(new Act(part(other, duration, 0, 40), Deed.APPLY, "frozen-" + seed, ""));
        }
        if (other.nextInt(2) == 0) {
            campaigns.add(begins(second, "planned-" + seed, Begins.AS_PLANNED));
            happenings.add(new Act(part(other, duration, 0, 60), Deed.PLAN, "planned-" + seed, ""));
        }
        happenings.addAll(stops(other, share, duration));
        campaigns.replaceAll(campaign -> {
            boolean approval = other.nextInt(3) == 0;
            return campaign.with(
                    approval,
                    other.nextBoolean() && campaign.clusters().stream().noneMatch(ChaosPlan::isByOperator));
        });
        happenings.sort(Comparator.comparing(Happening::at));
        return new ChaosPlan(seed, duration, chosen, campaigns, happenings);
    }

    private static Campaign campaign(
            Random random, String name, List<String> clusters, int maxConcurrent, boolean rollback) {
        return new Campaign(
                name,
                clusters,
                maxConcurrent,
                rollback,
                random.nextBoolean(),
                random.nextInt(3),
                random.nextBoolean() ? Begins.AT_ONCE : Begins.IN_A_WINDOW,
                false,
                false);
    }

    private static Campaign begins(Campaign like, String name, Begins begins) {
        return new Campaign(
                name,
                like.clusters(),
                like.maxConcurrent(),
                like.rollback(),
                like.waits(),
                like.sameFailure(),
                begins,
                false,
                false);
    }

    /** An operator takes the nodes by itself: such a cluster is refused where a campaign has canary nodes. */
    private static boolean isByOperator(String cluster) {
        return SimulatedFleet.BY_OPERATOR.contains(
                (Integer.parseInt(cluster.substring(1)) - 1) % SimulatedFleet.KINDS + 1);
    }

    /** All seeds of a burst stand still by it: of many, few stop anything. */
    private static List<Act> stops(Random random, Share share, Duration duration) {
        if (random.nextInt(2 + share.among() / 2) != 0) {
            return List.of();
        }
        Duration at = part(random, duration, 10, 80);
        return List.of(
                new Act(at, Deed.STOP, "", ""), new Act(at.plusMillis(500 + random.nextInt(4000)), Deed.GO_ON, "", ""));
    }

    /** Whether that is a cluster or a campaign of its own; a restore has its cluster in its name. */
    boolean isAbout(String subject) {
        return clusters.stream().anyMatch(subject::contains)
                || campaigns.stream().anyMatch(campaign -> campaign.name().equals(subject));
    }

    /** Different kinds, at most one of them with host endpoints. */
    private static List<String> clusters(Random random, Share share, int count) {
        List<Integer> kinds = new ArrayList<>();
        for (int i = 1; i <= SimulatedFleet.KINDS; i++) {
            kinds.add(i);
        }
        Collections.shuffle(kinds, random);
        int keeps = random.nextInt(3) == 0
                ? SimulatedFleet.WITH_HOST_ENDPOINTS.get(random.nextInt(SimulatedFleet.WITH_HOST_ENDPOINTS.size()))
                : 0;
        boolean few = count <= SimulatedFleet.KINDS - SimulatedFleet.WITH_HOST_ENDPOINTS.size();
        Stream<Integer> first = few && keeps > 0 ? Stream.of(keeps) : Stream.of();
        return Stream.concat(
                        first,
                        kinds.stream().filter(kind -> !few || !SimulatedFleet.WITH_HOST_ENDPOINTS.contains(kind)))
                .limit(count)
                .map(share::cluster)
                .sorted()
                .toList();
    }

    private static List<Act> acts(Random random, Campaign first, Campaign second, Duration duration) {
        List<Act> acts = new ArrayList<>();
        acts.add(new Act(part(random, duration, 0, 30), Deed.APPLY, second.name(), ""));
        acts.add(new Act(part(random, duration, 0, 50), Deed.CHANGE, "", any(random, first.clusters())));
        acts.add(new Act(part(random, duration, 40, 100), Deed.RESTORE, "", any(random, first.clusters())));
        if (random.nextInt(2) == 0) {
            Duration at = part(random, duration, 10, 60);
            acts.add(new Act(at, Deed.PAUSE, first.name(), ""));
            acts.add(new Act(at.plusMillis(500 + random.nextInt(4000)), Deed.RESUME, first.name(), ""));
        }
        if (random.nextInt(3) == 0) {
            acts.add(new Act(part(random, duration, 40, 90), Deed.SKIP, first.name(), any(random, first.clusters())));
        }
        if (random.nextInt(3) == 0) {
            acts.add(new Act(
                    part(random, duration, 40, 90), Deed.TAKE_OVER, second.name(), any(random, second.clusters())));
        }
        if (random.nextInt(4) == 0) {
            acts.add(new Act(part(random, duration, 50, 100), Deed.ABORT, second.name(), ""));
        }
        if (random.nextInt(2) == 0) {
            acts.add(new Act(part(random, duration, 60, 100), Deed.RETRY, first.name(), ""));
        }
        return acts;
    }

    private static List<Injection> ofClusters(Random random, List<String> clusters, Duration duration) {
        List<Injection> injections = new ArrayList<>();
        long at = 500L + random.nextInt(1000);
        while (at < duration.toMillis()) {
            injections.add(injection(random, duration, at, fault(random, On.CLUSTER), any(random, clusters)));
            at += BETWEEN_CLUSTERS_MILLIS / 2 + random.nextInt((int) BETWEEN_CLUSTERS_MILLIS);
        }
        return injections;
    }

    /** At least one: the more seeds share the processes, the fewer are from each. */
    private static List<Injection> ofProcesses(Random random, Share share, Duration duration) {
        List<Injection> injections = new ArrayList<>();
        long count = Math.max(1, duration.toMillis() / (BETWEEN_PROCESSES_MILLIS * share.among()));
        for (long i = 0; i < count; i++) {
            Fault fault = fault(random, On.SERVICE, On.PROCESS, On.TOPIC);
            String target = target(random, fault.on(), share.services());
            long at = 500 + random.nextLong(duration.toMillis() - 500);
            injections.add(injection(random, duration, at, fault, target));
        }
        return injections;
    }

    private static Injection injection(Random random, Duration duration, long at, Fault fault, String target) {
        long longest = Math.min(fault.longestSeconds() * 1000L, duration.toMillis() - at);
        long lasts = longest <= 0 ? 0 : 500 + (long) (random.nextDouble() * Math.max(0, longest - 500));
        return new Injection(Duration.ofMillis(at), Duration.ofMillis(lasts), fault, target);
    }

    private static Fault fault(Random random, On... on) {
        List<Fault> faults = Arrays.stream(Fault.values())
                .filter(fault -> List.of(on).contains(fault.on()))
                .toList();
        int at = random.nextInt(faults.stream().mapToInt(Fault::weight).sum());
        for (Fault fault : faults) {
            at -= fault.weight();
            if (at < 0) {
                return fault;
            }
        }
        throw new IllegalStateException("the weights do not add up");
    }

    private static String target(Random random, On on, List<String> services) {
        return switch (on) {
            case SERVICE -> any(random, services);
            case PROCESS ->
                any(
                        random,
                        Stream.concat(services.stream(), Stream.of(LocalSystem.BROKER))
                                .toList());
            case TOPIC -> any(random, RECREATED).topicName();
            case CLUSTER -> throw new IllegalArgumentException("a cluster is of a seed");
        };
    }

    private static Duration part(Random random, Duration of, int fromPercent, int toPercent) {
        return Duration.ofMillis(of.toMillis() * (fromPercent + random.nextInt(toPercent - fromPercent)) / 100);
    }

    private static <T> T any(Random random, List<T> list) {
        return list.get(random.nextInt(list.size()));
    }
}
