package io.calicofleet.executor.core.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.executor.core.OwnReleases;
import io.calicofleet.model.Json;
import io.calicofleet.model.release.Containers;
import io.calicofleet.model.release.ManifestDocuments;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ImageHomeTest {

    private static final ManifestDocuments RELEASE = OwnReleases.manifest("v3.28.5", "calico.yaml");

    private static ImageHome home(UnaryOperator<String> moved) {
        List<ObjectNode> workloads = RELEASE.objects().values().stream()
                .filter(each -> List.of("DaemonSet", "Deployment").contains(Json.text(each, "kind")))
                .map(ObjectNode::deepCopy)
                .toList();
        for (ObjectNode workload : workloads) {
            for (JsonNode container : Containers.of(workload)) {
                ((ObjectNode) container).put("image", moved.apply(Json.text(container, "image")));
            }
        }
        return ImageHome.of(workloads, List.of(), RELEASE);
    }

    @Test
    void what_comes_from_where_it_is_published_needs_no_word() {
        assertThat(home(image -> image).installation().path("spec")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "reg.example.com/calico/,reg.example.com/,calico,''",
        "reg.example.com:5000/a/b/calico/,reg.example.com:5000/,a/b/calico,''",
        "reg.example.com/acme/calico-,reg.example.com/,acme,calico-",
        "reg.example.com/proxy/docker.io/calico/,reg.example.com/,proxy/docker.io/calico,''"
    })
    void a_registry_is_said_in_the_words_of_an_installation(String place, String registry, String path, String prefix) {
        JsonNode spec = home(image -> image.replace("docker.io/calico/", place))
                .installation()
                .path("spec");
        assertThat(spec.path("registry").asText()).isEqualTo(registry);
        assertThat(spec.path("imagePath").asText()).isEqualTo(path);
        assertThat(spec.path("imagePrefix").asText()).isEqualTo(prefix);
    }

    @Test
    void what_an_installation_cannot_say_is_unclear() {
        assertThat(home(image -> image.replace("docker.io/calico/node", "reg.example.com/calico/node"))
                        .unclear())
                .anyMatch(said -> said.contains("several places"));
        assertThat(home(image -> image.replace("docker.io/calico/", "reg.example.com/"))
                        .unclear())
                .anyMatch(said -> said.contains("in a folder of a registry"));
        assertThat(home(image -> image + "@sha256:0000").unclear()).anyMatch(said -> said.contains("ImageSet"));
    }
}
