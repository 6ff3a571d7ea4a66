package io.calicofleet.executor.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.FailureReason;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.event.StepParameters;
import io.calicofleet.event.StepRequested;
import io.calicofleet.event.WorkloadImage;
import io.calicofleet.executor.core.Yaml;
import io.calicofleet.executor.port.ReleaseException;
import io.calicofleet.executor.port.ReleaseSource;
import io.calicofleet.model.release.ManifestDocuments;
import io.calicofleet.model.release.ReleaseFile;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** What the release of a step says its containers run. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ReleaseImagesTest extends StepScene {

    private static final CalicoVersion TARGET = CalicoVersion.parse("v3.22.5");

    @Test
    void the_images_of_the_release_are_those_of_the_targets_file() {
        engine.releases = releases(() ->
                Optional.of(new ReleaseFile(TARGET, "calico.yaml", ManifestDocuments.of(Yaml.documents("""
                        apiVersion: apps/v1
                        kind: DaemonSet
                        metadata: {name: calico-node, namespace: kube-system}
                        spec:
                          template:
                            spec: {containers: [{name: calico-node, image: "docker.io/calico/node:v3.22.5"}]}
                        """)), "d")));
        assertThat(new Afterwards(engine.execution(), EngineMetrics.NONE)
                        .releaseImages(upgrade(InstallMethod.MANIFEST_KDD, TARGET)))
                .containsExactly(new WorkloadImage(
                        "DaemonSet kube-system/calico-node", "calico-node", "docker.io/calico/node:v3.22.5"));
        assertThat(engine.happened).containsExactly("v3.22.5/calico.yaml");
    }

    @Test
    void there_are_none_where_the_step_has_no_file_and_where_it_is_not_at_hand_or_not_understood() {
        engine.releases = releases(Optional::empty);
        for (StepRequested none : List.of(
                upgrade(null, TARGET),
                upgrade(InstallMethod.MANIFEST_KDD, null),
                upgrade(InstallMethod.OPERATOR, TARGET))) {
            assertThat(new Afterwards(engine.execution(), EngineMetrics.NONE).releaseImages(none))
                    .isNull();
        }
        assertThat(engine.happened).as("nobody was asked").isEmpty();
        for (Supplier<Optional<ReleaseFile>> answer : List.<Supplier<Optional<ReleaseFile>>>of(
                Optional::empty,
                () -> {
                    throw new ReleaseException(FailureReason.RELEASE_UNAVAILABLE, "away", null);
                },
                () -> {
                    throw new IllegalStateException("of ours");
                },
                () -> {
                    throw new StackOverflowError();
                })) {
            engine.releases = releases(answer);
            assertThat(new Afterwards(engine.execution(), EngineMetrics.NONE)
                            .releaseImages(upgrade(InstallMethod.MANIFEST_KDD, TARGET)))
                    .isNull();
        }
        assertThat(engine.happened).hasSize(4);
    }

    private static StepRequested upgrade(@Nullable InstallMethod method, @Nullable CalicoVersion target) {
        return new StepRequested(STEP, List.of(), StepParameters.ofUpgrade(method, null, target, null), "please");
    }

    private ReleaseSource releases(Supplier<Optional<ReleaseFile>> answer) {
        return new ReleaseSource() {
            @Override
            public Optional<ReleaseFile> manifest(CalicoVersion version, String file) {
                engine.happened.add(version + "/" + file);
                return answer.get();
            }

            @Override
            public String where(CalicoVersion version, String file) {
                return "here";
            }
        };
    }
}
