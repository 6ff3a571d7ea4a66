package io.calicofleet.executor.core.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.OnConflict;
import io.calicofleet.executor.core.Yaml;
import io.calicofleet.model.Json;
import io.calicofleet.model.image.ImageReference;
import io.calicofleet.model.release.Containers;
import io.calicofleet.model.release.ManifestDocuments;
import io.calicofleet.model.release.ObjectKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/**
 * Whoever has all images in one registry has all of them there after an upgrade, at the target's tags, and is asked
 * nothing. {@code -Dcalicofleet.releases=DIR} runs it over real releases, in folders such as {@code v3.22.5}.
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class PrivateRegistryPropertiesTest {

    private static final long SEED = Long.getLong("calicofleet.seed", 33);
    private static final int RUNS = 60;

    /** How people's registries name what publishers name otherwise. */
    private static final Map<String, UnaryOperator<ImageReference>> FORMS = Map.of(
            "path", image -> image.at("reg.local/" + path(image)),
            "path with port", image -> image.at("reg.local:5000/mirror/" + path(image)),
            "host and path", image -> image.at("reg.local/proxy/" + image.fullLocation()),
            "flat", image -> image.at("reg.local/" + path(image).replace('/', '-')),
            "underscores", image -> image.at("reg.local/net/" + path(image).replace('/', '_')),
            "name", image -> image.at("reg.local/calico-fleet/" + image.shortName()),
            "prefixed name", image -> image.at("reg.local/net/acme-" + image.shortName()));

    /** The containers of releases of our own making, as Calico's changed over the years. */
    private static final List<String> SHAPES = List.of(
            "install-cni=calico/cni:v3.8.9 calico-node=calico/node:v3.8.9 kube-flannel=quay.io/coreos/flannel:v0.11.0",
            "upgrade-ipam=docker.io/calico/cni:v3.20.1 install-cni=docker.io/calico/cni:v3.20.1"
                    + " flexvol-driver=docker.io/calico/pod2daemon-flexvol:v3.20.1"
                    + " calico-node=docker.io/calico/node:v3.20.1 kube-flannel=quay.io/coreos/flannel:v0.14.0",
            "install-cni=docker.io/calico/cni:v3.25.1 mount-bpffs=docker.io/calico/node:v3.25.1"
                    + " calico-node=docker.io/calico/node:v3.25.1 kube-flannel=docker.io/flannelcni/flannel:v0.16.3",
            "install-cni=quay.io/calico/cni:v3.31.1 ebpf-bootstrap=quay.io/calico/node:v3.31.1"
                    + " calico-node=quay.io/calico/node:v3.31.1 kube-flannel=docker.io/flannel/flannel:v0.24.4"
                    + " later=quay.io/calico/later:v3.31.1");

    @Test
    void every_container_of_our_own_shapes_comes_from_the_private_registry() {
        for (int from = 0; from < SHAPES.size(); from++) {
            for (int to = from + 1; to < SHAPES.size(); to++) {
                for (String form : FORMS.keySet()) {
                    check(shape(from), shape(to), form, "shape " + from + " to " + to + " by " + form);
                    checkWithoutBase(shape(from), shape(to), form, "shape " + from + " to " + to + " by " + form);
                }
            }
        }
    }

    @Test
    void every_container_of_any_two_releases_comes_from_the_private_registry() throws IOException {
        String folder = System.getProperty("calicofleet.releases", "");
        assumeTrue(!folder.isEmpty(), "skipped: -Dcalicofleet.releases names no folder of releases");
        Random random = new Random(SEED);
        List<Path> releases;
        try (Stream<Path> found = Files.list(Path.of(folder))) {
            releases = found.filter(path -> path.getFileName().toString().matches("v\\d+\\.\\d+\\.\\d+"))
                    .sorted(Comparator.comparing(PrivateRegistryPropertiesTest::number))
                    .toList();
        }
        int done = 0;
        for (int run = 0; run < RUNS; run++) {
            int from = random.nextInt(releases.size() - 1);
            int to = from + 1 + random.nextInt(releases.size() - from - 1);
            String file = List.of("calico.yaml", "canal.yaml", "calico-typha.yaml", "tigera-operator.yaml")
                    .get(random.nextInt(4));
            ManifestDocuments source = read(releases.get(from).resolve(file));
            ManifestDocuments target = read(releases.get(to).resolve(file));
            if (source == null || target == null) {
                continue;
            }
            String form = List.copyOf(FORMS.keySet()).get(random.nextInt(FORMS.size()));
            String what = file + " " + releases.get(from).getFileName() + " to "
                    + releases.get(to).getFileName() + " by " + form;
            check(source, target, form, what);
            done++;
        }
        System.out.println("private registries: " + done + " upgrades of seed " + SEED);
        assertThat(done).isPositive();
    }

    private static void check(ManifestDocuments source, ManifestDocuments target, String form, String what) {
        verify(ManifestMerge.plan(source, moved(source, form), target, OnConflict.HOLD), target, form, what, true);
    }

    private static void checkWithoutBase(ManifestDocuments source, ManifestDocuments target, String form, String what) {
        MergePlan plan = ManifestMerge.plan(ManifestDocuments.EMPTY, moved(source, form), target, OnConflict.HOLD);
        verify(plan, target, form, what + " without a base", false);
    }

    private static void verify(MergePlan plan, ManifestDocuments target, String form, String what, boolean exactly) {
        // A container the target lacks is asked for as a whole where no release says whose it is.
        assertThat(plan.conflicts().stream()
                        .filter(asked -> asked.path().endsWith(".image")
                                && !asked.target().isEmpty()))
                .as(what)
                .isEmpty();
        plan.objects().stream()
                .flatMap(object -> Stream.ofNullable(object.manifest()))
                .flatMap(object -> Containers.of(object).stream())
                .forEach(container -> assertThat(Json.text(container, "image"))
                        .as(what + ": " + Json.text(container, "name"))
                        .startsWith("reg.local"));
        List<String> wanted = new ArrayList<>();
        for (JsonNode object : target.objects().values()) {
            for (JsonNode container : Containers.of(object)) {
                ImageReference published = ImageReference.parse(Json.text(container, "image"));
                wanted.add(Json.text(container, "name") + " "
                        + FORMS.get(form).apply(published).canonical());
            }
        }
        if (exactly) {
            assertThat(plan.objects().stream()
                            .flatMap(object -> Stream.ofNullable(object.manifest()))
                            .filter(object -> target.keys().contains(ObjectKey.of(object)))
                            .flatMap(object -> Containers.of(object).stream())
                            .map(container -> Json.text(container, "name") + " "
                                    + ImageReference.parse(Json.text(container, "image"))
                                            .canonical()))
                    .as(what)
                    .containsAll(wanted);
        }
    }

    private static ManifestDocuments moved(ManifestDocuments source, String form) {
        List<ObjectNode> objects =
                source.objects().values().stream().map(ObjectNode::deepCopy).toList();
        objects.forEach(object -> Containers.of(object).forEach(container -> {
            ImageReference image = ImageReference.parse(Json.text(container, "image"));
            ((ObjectNode) container).put("image", FORMS.get(form).apply(image).toString());
        }));
        return ManifestDocuments.of(objects);
    }

    private static ManifestDocuments shape(int index) {
        StringBuilder containers = new StringBuilder();
        for (String container : SHAPES.get(index).split(" ", -1)) {
            String[] parts = container.split("=", 2);
            containers
                    .append("{name: ")
                    .append(parts[0])
                    .append(", image: '")
                    .append(parts[1])
                    .append("'}, ");
        }
        return ManifestDocuments.of(Yaml.documents("""
                apiVersion: apps/v1
                kind: DaemonSet
                metadata: {name: canal, namespace: kube-system}
                spec:
                  selector: {matchLabels: {k8s-app: canal}}
                  template:
                    metadata: {labels: {k8s-app: canal}}
                    spec: {containers: [%s]}
                """.formatted(containers)));
    }

    private static @Nullable ManifestDocuments read(Path file) throws IOException {
        return Files.exists(file) ? ManifestDocuments.of(Yaml.documents(Files.readString(file))) : null;
    }

    private static String path(ImageReference image) {
        String full = image.fullLocation();
        return full.substring(full.indexOf('/') + 1);
    }

    private static long number(Path release) {
        String[] parts = release.getFileName().toString().substring(1).split("\\.", -1);
        return Long.parseLong(parts[0]) * 1_000_000 + Long.parseLong(parts[1]) * 1_000 + Long.parseLong(parts[2]);
    }
}
