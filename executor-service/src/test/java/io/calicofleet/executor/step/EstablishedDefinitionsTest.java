package io.calicofleet.executor.step;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepParameters;
import io.calicofleet.executor.port.Backups;
import io.calicofleet.executor.port.Intents;
import io.calicofleet.executor.port.NameLookup;
import io.calicofleet.executor.port.Plans;
import io.calicofleet.executor.port.ReleaseSource;
import io.calicofleet.executor.port.ResourceRef;
import io.calicofleet.executor.port.Rollouts;
import io.calicofleet.executor.port.StepContext;
import io.calicofleet.executor.port.WatchedObjects;
import io.calicofleet.executor.step.cluster.Kinds;
import io.calicofleet.executor.step.manifest.Applier;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class EstablishedDefinitionsTest {

    private static final CalicoVersion VERSION = CalicoVersion.of(3, 22, 5);
    private static final List<ResourceRef> BOTH = List.of(ref("a.example"), ref("b.example"));

    private final FakeCluster cluster = new FakeCluster();

    @Test
    void each_definition_is_waited_for_until_its_condition_is_true() {
        assertThat(established(BOTH)).as("none is there").isFalse();
        cluster.put(definition("a.example", "Established", "True"));
        assertThat(established(BOTH)).as("one is missing").isFalse();
        cluster.put(definition("b.example", "NamesAccepted", "True"));
        assertThat(established(BOTH)).as("one has another condition").isFalse();
        cluster.put(definition("b.example", "Established", "False"));
        assertThat(established(BOTH)).as("one is not established").isFalse();
        cluster.put(definition("b.example", "Established", "True"));
        assertThat(established(BOTH)).isTrue();
    }

    @Test
    void where_there_is_no_definition_nothing_is_waited_for() {
        assertThat(established(List.of())).isTrue();
    }

    private boolean established(List<ResourceRef> definitions) {
        return Applier.awaitEstablished(context(), definitions, Duration.ofSeconds(1));
    }

    private StepContext context() {
        return new StepContext(
                StepId.parse("c1/c01/upgrade/1"),
                StepParameters.ofUpgrade(InstallMethod.MANIFEST_KDD, VERSION, VERSION, OnConflict.HOLD),
                cluster,
                daemonSet -> {
                    throw new AssertionError("no datastore is needed");
                },
                FakeCluster.unused(Backups.class),
                FakeCluster.unused(Plans.class),
                FakeCluster.unused(Intents.class),
                FakeCluster.unused(ReleaseSource.class),
                NameLookup.NONE,
                (done, total, unit, summary) -> {},
                new LooksOnce());
    }

    /** The world does not move while it is waited for. */
    private static final class LooksOnce implements Rollouts {
        @Override
        public boolean await(
                Supplier<String> what,
                String apiVersion,
                String kind,
                String namespace,
                BooleanSupplier condition,
                Duration limit) {
            return condition.getAsBoolean();
        }

        @Override
        public boolean await(
                Supplier<String> what,
                Function<Runnable, WatchedObjects> watch,
                BooleanSupplier condition,
                Duration limit) {
            return condition.getAsBoolean();
        }
    }

    private static ResourceRef ref(String name) {
        return new ResourceRef(Kinds.CRDS, Kinds.CRD, "", name);
    }

    private static String definition(String name, String condition, String status) {
        return """
                apiVersion: apiextensions.k8s.io/v1
                kind: CustomResourceDefinition
                metadata: {name: %s}
                status: {conditions: [{type: %s, status: "%s"}]}
                """.formatted(name, condition, status);
    }
}
