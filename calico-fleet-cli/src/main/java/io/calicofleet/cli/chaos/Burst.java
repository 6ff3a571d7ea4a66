package io.calicofleet.cli.chaos;

import io.calicofleet.cli.chaos.Happening.Injection;
import io.calicofleet.cli.demo.SimulatedFleet;
import io.calicofleet.cli.local.FleetService;
import io.calicofleet.cli.local.LocalSystem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Some seeds in one started system. Each has clusters, campaigns and people of its own, and what befalls its clusters befalls no
 * other; what each seed does to processes and topics befalls all of them.
 *
 * @param services the processes of services; two executors, or one
 */
record Burst(List<String> services, List<ChaosPlan> plans) {

    /** So many clusters the simulator counts: as many seeds may be in a burst as find theirs among them. */
    static final int CLUSTERS = 996;

    static final int MOST_SEEDS = CLUSTERS / SimulatedFleet.KINDS;

    /** Two more within a minute, and the launcher gives a process up. */
    private static final int DEATHS = 4;

    Burst {
        services = List.copyOf(services);
        plans = List.copyOf(plans);
    }

    /** The seeds from {@code first} on. In two of three bursts two executors share the clusters. */
    static Burst of(long first, int seeds, int clusters, Duration duration) {
        boolean two = new Random(first).nextInt(3) > 0;
        List<String> services = Stream.concat(
                        FleetService.ALWAYS.stream().map(FleetService::id),
                        two ? Stream.of(LocalSystem.SECOND_EXECUTOR) : Stream.of())
                .toList();
        return new Burst(
                services,
                IntStream.range(0, seeds)
                        .mapToObj(place -> ChaosPlan.of(
                                first + place, new ChaosPlan.Share(place, seeds, services), clusters, duration))
                        .toList());
    }

    boolean hasTwoExecutors() {
        return services.contains(LocalSystem.SECOND_EXECUTOR);
    }

    Duration duration() {
        return plans.getFirst().duration();
    }

    List<String> clusters() {
        return plans.stream().flatMap(plan -> plan.clusters().stream()).toList();
    }

    /** Those of all seeds, in their order; of deaths no more than a process survives. */
    List<Planned> happenings() {
        List<Planned> all = new ArrayList<>();
        plans.forEach(plan -> plan.happenings().forEach(happening -> all.add(new Planned(plan, happening))));
        all.sort(Comparator.comparing(planned -> planned.happening().at()));
        Map<String, Integer> deaths = new HashMap<>();
        all.removeIf(planned -> planned.happening() instanceof Injection injection
                && injection.fault().ends()
                && deaths.merge(injection.target(), 1, Integer::sum) > DEATHS);
        return all;
    }

    /** A happening of a seed. */
    record Planned(ChaosPlan plan, Happening happening) {}

    /** The seed whose cluster or campaign that is; all of them where it is of the system that they share. */
    List<Long> seedsOf(Finding finding) {
        List<Long> own = plans.stream()
                .filter(plan -> plan.isAbout(finding.subject()))
                .map(ChaosPlan::seed)
                .toList();
        return own.isEmpty() ? plans.stream().map(ChaosPlan::seed).toList() : own;
    }
}
