package io.calicofleet.cli.chaos;

import io.calicofleet.cli.chaos.Fault.On;
import io.calicofleet.cli.chaos.Happening.Act;
import io.calicofleet.cli.chaos.Happening.Deed;
import io.calicofleet.cli.chaos.Happening.Injection;
import io.calicofleet.cli.demo.SimulatedFleet;
import io.calicofleet.cli.local.FleetService;
import io.calicofleet.cli.local.LocalSystem;
import io.calicofleet.event.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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

    /** As many kinds of clusters as the simulated fleet has. */
    static final int KINDS = 12;

    /** More deaths in a minute, and the launcher gives a process up. */
    private static final int DEATHS = 3;

    private static final long BETWEEN_MILLIS = 1500;

    /** What is lost with one of these comes again by itself. */
    private static final List<Topic> RECREATED = List.of(Topic.TRAFFIC, Topic.CHECKS, Topic.DEAD_LETTERS);

    /**
     * An upgrade.
     *
     * @param rollback whether a failed gate takes the cluster back
     */
    record Campaign(String name, List<String> clusters, int maxConcurrent, boolean rollback) {
        Campaign {
            clusters = List.copyOf(clusters);
        }
    }

    ChaosPlan {
        clusters = List.copyOf(clusters);
        campaigns = List.copyOf(campaigns);
        happenings = List.copyOf(happenings);
    }

    static ChaosPlan of(long seed, int clusters, Duration duration) {
        Random random = new Random(seed);
        List<String> chosen = clusters(random, clusters);
        Campaign first =
                new Campaign("first", chosen, 2 + random.nextInt(Math.max(1, clusters - 1)), random.nextBoolean());
        List<String> shared = new ArrayList<>(chosen);
        Collections.shuffle(shared, random);
        Campaign second = new Campaign(
                "second", shared.subList(0, Math.max(1, clusters / 2)), 1 + random.nextInt(2), random.nextBoolean());
        List<Happening> happenings = new ArrayList<>(acts(random, first, second, duration));
        happenings.addAll(injections(random, chosen, duration));
        happenings.sort(Comparator.comparing(Happening::at));
        return new ChaosPlan(seed, duration, chosen, List.of(first, second), happenings);
    }

    /** Different kinds, at most one of them with host endpoints. */
    private static List<String> clusters(Random random, int count) {
        List<Integer> kinds = new ArrayList<>();
        for (int i = 1; i <= KINDS; i++) {
            kinds.add(i);
        }
        Collections.shuffle(kinds, random);
        int keeps = random.nextInt(3) == 0
                ? SimulatedFleet.WITH_HOST_ENDPOINTS.get(random.nextInt(SimulatedFleet.WITH_HOST_ENDPOINTS.size()))
                : 0;
        boolean few = count <= KINDS - SimulatedFleet.WITH_HOST_ENDPOINTS.size();
        Stream<Integer> first = few && keeps > 0 ? Stream.of(keeps) : Stream.of();
        return Stream.concat(
                        first,
                        kinds.stream().filter(kind -> !few || !SimulatedFleet.WITH_HOST_ENDPOINTS.contains(kind)))
                .limit(count)
                .map(kind -> String.format(Locale.ROOT, "c%02d", kind))
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

    private static List<Injection> injections(Random random, List<String> clusters, Duration duration) {
        List<Injection> injections = new ArrayList<>();
        Map<String, Integer> deaths = new HashMap<>();
        long at = 500L + random.nextInt(1000);
        while (at < duration.toMillis()) {
            Fault fault = fault(random);
            String target = target(random, fault.on(), clusters);
            boolean dies = fault == Fault.KILLED || fault == Fault.DISK_FULL;
            if (!dies || deaths.merge(target, 1, Integer::sum) <= DEATHS) {
                long longest = Math.min(fault.longestSeconds() * 1000L, duration.toMillis() - at);
                long lasts = longest <= 0 ? 0 : 500 + (long) (random.nextDouble() * Math.max(0, longest - 500));
                injections.add(new Injection(Duration.ofMillis(at), Duration.ofMillis(lasts), fault, target));
            }
            at += BETWEEN_MILLIS / 2 + random.nextInt((int) BETWEEN_MILLIS);
        }
        return injections;
    }

    private static Fault fault(Random random) {
        int all = Arrays.stream(Fault.values()).mapToInt(Fault::weight).sum();
        int at = random.nextInt(all);
        for (Fault fault : Fault.values()) {
            at -= fault.weight();
            if (at < 0) {
                return fault;
            }
        }
        throw new IllegalStateException("the weights do not add up");
    }

    private static String target(Random random, On on, List<String> clusters) {
        List<String> services =
                Arrays.stream(FleetService.values()).map(FleetService::id).toList();
        return switch (on) {
            case SERVICE -> any(random, services);
            case PROCESS -> {
                List<String> processes = new ArrayList<>(services);
                processes.add(LocalSystem.BROKER);
                yield any(random, processes);
            }
            case CLUSTER -> any(random, clusters);
            case TOPIC -> RECREATED.get(random.nextInt(RECREATED.size())).topicName();
        };
    }

    private static Duration part(Random random, Duration of, int fromPercent, int toPercent) {
        return Duration.ofMillis(of.toMillis() * (fromPercent + random.nextInt(toPercent - fromPercent)) / 100);
    }

    private static <T> T any(Random random, List<T> list) {
        return list.get(random.nextInt(list.size()));
    }
}
