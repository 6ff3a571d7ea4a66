package io.calicofleet.executor.core.merge;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.CalicoVersion;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/**
 * The merge over the real releases of Calico, in every flavour: from each to v3.22.5, to the next minor release and to the
 * newest that the catalogue allows. A sample of the upgrades, chosen by a fixed rule, unless
 * {@code -Dcalicofleet.corpus=all} asks for every one; {@code -Dcalicofleet.seed} sets the seed of what is random. What
 * was done is printed.
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class CorpusTest {

    private static final List<String> FLAVOURS = List.of(
            "calico.yaml",
            "calico-typha.yaml",
            "calico-policy-only.yaml",
            "calico-vxlan.yaml",
            "calico-bpf.yaml",
            "calico-etcd.yaml",
            "canal.yaml",
            "canal-etcd.yaml",
            "tigera-operator.yaml",
            "calicoctl.yaml",
            "calicoctl-etcd.yaml");

    private static final boolean EVERY =
            System.getProperty("calicofleet.corpus", "").equals("all");
    private static final long SEED = Long.getLong("calicofleet.seed", 20261128L);
    private static final int SAMPLE = 61;
    /** In a sample each kind of change is made to one of so many upgrades, so to some twenty of them. */
    private static final int ROUNDS = 6;

    private static final int SETS = EVERY ? 10 : 6;
    private static final int STREAMS = 2;
    private static final int SHOWN = 25;
    private static final int PROGRESS = 100;

    private static final List<Change> CHANGES = Stream.of(WorkloadChanges.ALL, OtherChanges.ALL, Respellings.ALL)
            .flatMap(List::stream)
            .toList();

    /** An upgrade by names; its files are read when its turn comes. */
    private record Upgrade(String file, CalicoVersion from, CalicoVersion to) {

        CorpusCase read(Archive archive) {
            return new CorpusCase(file, from, to, archive.manifest(from, file), archive.manifest(to, file));
        }
    }

    private static Archive archive;

    @BeforeAll
    static void open() {
        archive = Archive.open();
    }

    @Test
    void without_changes_nothing_is_asked_and_the_target_is_reached() throws Exception {
        check(
                "pristine",
                (upgrade, report) ->
                        report.add("pristine", upgrade, upgrade.read(archive).pristine()));
    }

    @Test
    void every_change_alone_is_kept_or_asked_for() throws Exception {
        check("one change", (upgrade, report) -> {
            CorpusCase merge = upgrade.read(archive);
            for (Change change : CHANGES) {
                if (!EVERY && (change.name() + upgrade).hashCode() % ROUNDS != 0) {
                    continue;
                }
                long seed = SEED + upgrade.hashCode() * 31L + change.name().hashCode();
                Optional.ofNullable(merge.changed(List.of(change), seed))
                        .ifPresent(problems -> report.add(change.name(), upgrade, problems));
            }
        });
    }

    @Test
    void sets_of_changes_are_kept_or_asked_for() throws Exception {
        check("sets of changes", (upgrade, report) -> {
            CorpusCase merge = upgrade.read(archive);
            for (int i = 0; i < SETS; i++) {
                long seed = SEED + i * 1_000_003L + upgrade.toString().hashCode();
                Random random = new Random(seed);
                List<Change> some = random.ints(3 + random.nextInt(9), 0, CHANGES.size())
                        .distinct()
                        .mapToObj(CHANGES::get)
                        .toList();
                Optional.ofNullable(merge.changed(some, seed))
                        .ifPresent(problems -> report.add("seed " + seed + " " + some, upgrade, problems));
            }
        });
    }

    @Test
    void every_container_of_the_target_comes_from_the_private_registry() throws Exception {
        check(
                "private registry",
                (upgrade, report) ->
                        report.add("registry", upgrade, upgrade.read(archive).elsewhere("reg.example:5000/mirror/")));
    }

    @Test
    void what_people_changed_follows_what_the_target_gives_another_place() throws Exception {
        check("other places", (upgrade, report) -> {
            CorpusCase merge = upgrade.read(archive);
            for (Reshaping.Kind kind : Reshaping.Kind.values()) {
                long seed = SEED + upgrade.hashCode() * 31L + kind.name().hashCode();
                Optional.ofNullable(merge.reshaped(kind, seed))
                        .ifPresent(problems -> report.add("seed " + seed + " " + kind, upgrade, problems));
            }
        });
    }

    private static void check(String what, BiConsumer<Upgrade, Report> check) throws Exception {
        List<Upgrade> upgrades = upgrades();
        Report report = new Report();
        long start = System.nanoTime();
        try (ForkJoinPool streams = new ForkJoinPool(STREAMS)) {
            streams.submit(() -> upgrades.parallelStream().forEach(upgrade -> {
                        check.accept(upgrade, report);
                        report.progress(what, upgrades.size());
                    }))
                    .get();
        }
        System.out.printf(
                "corpus, %s: %d upgrades%s, %d merges, %d wrong, seed %d, %d kinds of change, %.1f s%n",
                what,
                upgrades.size(),
                EVERY ? "" : " (a sample)",
                report.merges.sum(),
                report.wrong.sum(),
                SEED,
                CHANGES.size(),
                (System.nanoTime() - start) / 1e9);
        assertThat(report.shown()).isEmpty();
    }

    private static List<Upgrade> upgrades() {
        Set<Upgrade> upgrades = new LinkedHashSet<>();
        CalicoVersion stable = CalicoVersion.of(3, 22, 5);
        for (String file : FLAVOURS) {
            for (CalicoVersion from : archive.versions()) {
                if (archive.has(from, file)) {
                    Stream.of(
                                    archive.newest(from, file, stable::equals),
                                    archive.newest(from, file, to -> to.minor() == from.minor() + 1),
                                    archive.newest(from, file, to -> archive.allows(from, to)))
                            .flatMap(Optional::stream)
                            .forEach(to -> upgrades.add(new Upgrade(file, from, to)));
                }
            }
        }
        AtomicInteger place = new AtomicInteger();
        return upgrades.stream()
                .filter(upgrade -> EVERY || place.getAndIncrement() % SAMPLE == 0)
                .toList();
    }

    /** What was found, the same problem only once with the first upgrade that has it. */
    private static final class Report {

        final LongAdder merges = new LongAdder();
        final LongAdder wrong = new LongAdder();
        private final AtomicInteger done = new AtomicInteger();
        private final ConcurrentLinkedQueue<String> problems = new ConcurrentLinkedQueue<>();

        void add(String what, Upgrade upgrade, List<String> found) {
            merges.increment();
            if (!found.isEmpty()) {
                wrong.increment();
            }
            found.forEach(problem -> problems.add(problem + "\t(" + upgrade.file() + " " + upgrade.from() + " to "
                    + upgrade.to() + ", " + what + ")"));
        }

        /** Every upgrade takes its time: then it is told how far it is, and what was wrong so far. */
        void progress(String what, int all) {
            int upgrades = done.incrementAndGet();
            if (EVERY && upgrades % PROGRESS == 0) {
                System.out.printf(
                        "corpus, %s: %d of %d upgrades, %d merges, %d wrong%n",
                        what, upgrades, all, merges.sum(), wrong.sum());
            }
        }

        List<String> shown() {
            Map<String, List<String>> same = new LinkedHashMap<>();
            problems.forEach(problem -> same.computeIfAbsent(problem.split("\t", 2)[0], key -> new ArrayList<>())
                    .add(problem));
            return same.values().stream()
                    .map(list -> list.size() + " times: " + list.getFirst())
                    .limit(SHOWN)
                    .collect(Collectors.toList());
        }
    }
}
