package io.calicofleet.executor.core.identity;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.OnConflict;
import io.calicofleet.executor.core.OwnReleases;
import io.calicofleet.executor.core.merge.ManifestMerge;
import io.calicofleet.executor.core.merge.MergePlan;
import io.calicofleet.executor.core.merge.MergedObject;
import io.calicofleet.fuzz.Seeds;
import io.calicofleet.model.release.ManifestDocuments;
import io.calicofleet.model.release.ObjectKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * An upgrade does not depend on what an install is called: renamed by random prefixes, suffixes, hashes and namespaces,
 * upgraded and renamed back it is the upgrade of the install as it was. The name of a test is its seed, see
 * {@link Seeds}.
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class PlacementPropertyTest {

    private static final int RUNS = 60;
    private static final List<String> FILES = List.of(
            "calico.yaml",
            "canal.yaml",
            "calico-typha.yaml",
            "calico-policy-only.yaml",
            "calico-etcd.yaml",
            "canal-etcd.yaml");
    private static final List<List<String>> HOPS =
            List.of(List.of("v3.13.4", "v3.22.5"), List.of("v3.22.5", "v3.28.5"), List.of("v3.13.4", "v3.28.5"));

    @TestFactory
    Stream<DynamicTest> an_upgrade_does_not_depend_on_what_an_install_is_called() {
        return seeds(seed -> {
            Run run = new Run(seed);
            MergePlan expected = ManifestMerge.plan(run.base, run.live, run.target, OnConflict.KEEP_MINE);
            Placement placement = run.place();
            assertThat(placement.unsure()).isEmpty();
            MergePlan plan =
                    ManifestMerge.plan(placement.base(), run.renamedLive, placement.target(), OnConflict.KEEP_MINE);
            assertThat(written(plan, run.back)).isEqualTo(written(expected, null));
        });
    }

    @TestFactory
    Stream<DynamicTest> what_is_placed_is_placed_where_it_is() {
        return seeds(seed -> {
            Run run = new Run(seed);
            Placement once = run.place();
            Placement twice = Placement.of(run.here(), once.base(), once.target(), run.renamedLive.keys()::contains);
            assertThat(twice.base().objects()).isEqualTo(once.base().objects());
            assertThat(twice.target().objects()).isEqualTo(once.target().objects());
        });
    }

    @TestFactory
    Stream<DynamicTest> an_install_as_released_gets_the_documents_as_released() {
        return seeds(seed -> {
            Run run = new Run(seed);
            InstalledCalico here =
                    InstalledCalico.find(run.live.objects().values()).orElseThrow();
            Placement placement = Placement.of(here, run.base, run.target, run.live.keys()::contains);
            assertThat(placement.unsure()).isEmpty();
            assertThat(placement.base().objects()).isEqualTo(run.base.objects());
            assertThat(placement.target().objects()).isEqualTo(run.target.objects());
        });
    }

    private static Map<String, String> written(MergePlan plan, Renamed back) {
        Map<String, String> written = new TreeMap<>();
        for (MergedObject object : plan.objects()) {
            ObjectNode named = object.key().kind().equals("CustomResourceDefinition")
                    ? null
                    : object.write() == null ? object.manifest() : object.write();
            if (named != null) {
                ObjectNode original = back == null ? named : back.one(named);
                original = original.deepCopy();
                // It holds the whole manifest as text, under the names of the cluster.
                original.withObject("/metadata").withObject("/annotations").removeAll();
                written.put(ObjectKey.of(original).object() + " " + object.action(), original.toString());
            }
        }
        return written;
    }

    private static Stream<DynamicTest> seeds(java.util.function.LongConsumer check) {
        return Seeds.from(20261128L, RUNS)
                .mapToObj(seed -> DynamicTest.dynamicTest("seed " + seed, () -> check.accept(seed)));
    }

    private static final class Run {

        final ManifestDocuments base;
        final ManifestDocuments target;
        final ManifestDocuments live;
        final ManifestDocuments renamedLive;
        final Renamed back;

        Run(long seed) {
            Random random = new Random(seed);
            String file = FILES.get(random.nextInt(FILES.size()));
            List<String> hop = HOPS.get(random.nextInt(HOPS.size()));
            base = OwnReleases.manifest(hop.get(0), file);
            target = OwnReleases.manifest(hop.get(1), file);
            live = changed(base, random);
            List<ObjectNode> both = new ArrayList<>(base.objects().values());
            both.addAll(target.objects().values());
            Renamed renamed = Renamed.of(
                    ManifestDocuments.of(both),
                    random.nextBoolean() ? "kube-system" : word(random),
                    random.nextBoolean() ? "" : word(random) + "-",
                    random.nextBoolean() ? "" : "-" + word(random),
                    random.nextBoolean() ? "" : "-" + word(random));
            renamedLive = renamed.all(live.objects().values());
            back = renamed.back();
        }

        InstalledCalico here() {
            return InstalledCalico.find(renamedLive.objects().values()).orElseThrow();
        }

        Placement place() {
            return Placement.of(here(), base, target, renamedLive.keys()::contains);
        }

        /** What people do: variables, labels, arguments, data of ConfigMaps. */
        private static ManifestDocuments changed(ManifestDocuments base, Random random) {
            List<ObjectNode> objects = new ArrayList<>();
            base.objects().values().forEach(object -> {
                ObjectNode copy = object.deepCopy();
                if (random.nextInt(3) == 0) {
                    copy.withObject("/metadata").withObject("/labels").put("team", word(random));
                }
                for (JsonNode container : copy.at("/spec/template/spec/containers")) {
                    if (random.nextBoolean() && container instanceof ObjectNode changed) {
                        changed.withArray("env")
                                .addObject()
                                .put("name", "FELIX_X")
                                .put("value", word(random));
                    }
                }
                if (copy.path("kind").asText().equals("ConfigMap") && random.nextBoolean()) {
                    copy.withObject("/data").put("veth_mtu", "1400").put("mine", word(random));
                }
                objects.add(copy);
            });
            return ManifestDocuments.of(objects);
        }

        private static String word(Random random) {
            StringBuilder word = new StringBuilder("x");
            IntStream.range(0, 2 + random.nextInt(6)).forEach(i -> word.append((char) ('a' + random.nextInt(26))));
            return word.toString();
        }
    }
}
