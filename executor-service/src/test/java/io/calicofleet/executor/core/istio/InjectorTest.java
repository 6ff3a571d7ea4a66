package io.calicofleet.executor.core.istio;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.executor.core.Yaml;
import io.calicofleet.model.release.ManifestDocuments;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class InjectorTest {

    private static final String RELEASED = """
            policy: enabled
            templates:
              sidecar: |
                spec:
                  containers:
                  - name: dikastes
                    image: docker.io/calico/dikastes:v3.22.5
                    volumeMounts: [{name: dikastes-sock, mountPath: /var/run/dikastes}]
            """;

    @Test
    void the_injectors_are_told_by_their_name_those_of_revisions_too() {
        List<ObjectNode> maps = List.of(
                map("istio-sidecar-injector", "dikastes"),
                map("istio-sidecar-injector-1-10-3", "no such container"),
                map("istio", "dikastes"));

        assertThat(Injector.among(maps))
                .extracting(Injector::name)
                .containsExactly("istio-sidecar-injector", "istio-sidecar-injector-1-10-3");
        assertThat(Injector.among(maps)).extracting(Injector::injectsDikastes).containsExactly(true, false);
    }

    @Test
    void the_version_of_istio_is_that_of_the_istiod_of_the_same_revision() {
        List<JsonNode> deployments = Yaml.documents("""
                {metadata: {name: istiod, labels: {app: istiod, istio.io/rev: default}},
                 spec: {template: {spec: {containers: [{name: discovery, image: "docker.io/istio/pilot:1.9.4-distroless"}]}}}}
                ---
                {metadata: {name: istiod-canary, labels: {app: istiod, istio.io/rev: canary}},
                 spec: {template: {spec: {containers: [{name: discovery, image: "reg.example:5000/istio/pilot:1.10.3"}]}}}}
                ---
                {metadata: {name: istiod-pinned, labels: {istio.io/rev: pinned, operator.istio.io/version: 1.11.0}},
                 spec: {template: {spec: {containers: [{name: discovery, image: "istio/pilot@sha256:0123"}]}}}}
                ---
                {metadata: {name: istio-ingressgateway},
                 spec: {template: {spec: {containers: [{name: istio-proxy, image: "docker.io/istio/proxyv2:1.8.0"}]}}}}
                """);

        assertThat(injector("istio-sidecar-injector", "").istio(deployments)).contains("1.9.4");
        assertThat(injector("istio-sidecar-injector-canary", "").istio(deployments))
                .contains("1.10.3");
        assertThat(injector("istio-sidecar-injector-pinned", "").istio(deployments))
                .contains("1.11.0");
        assertThat(injector("istio-sidecar-injector-gone", "").istio(deployments))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "1.10.3, alp/istio-inject-configmap-1.10.yaml, alp/istio-inject-configmap-1.10.3.yaml",
        "1.6.0, alp/istio-inject-configmap-1.6.yaml, alp/istio-inject-configmap-1.6.0.yaml",
        "1.4.2, alp/istio-inject-configmap-1.4.2.yaml, alp/istio-inject-configmap-1.4.yaml"
    })
    void files_are_named_by_the_minor_version_from_1_6_on(String istio, String first, String second) {
        assertThat(Injector.files(istio)).containsExactly(first, second);
    }

    @Test
    void a_file_may_be_a_patch_or_a_whole_config_map() {
        ObjectNode patch = Yaml.object("data: {config: x}");
        ObjectNode whole = Yaml.object("""
                {apiVersion: v1, kind: ConfigMap, metadata: {name: istio-sidecar-injector, namespace: istio-system}, data: {config: y}}
                """);

        assertThat(Injector.released(ManifestDocuments.of(List.of(patch)))).contains("x");
        assertThat(Injector.released(ManifestDocuments.of(List.of(whole)))).contains("y");
        assertThat(Injector.released(ManifestDocuments.of(List.of(Yaml.object("data: {values: z}")))))
                .isEmpty();
    }

    @Test
    void a_private_registry_is_kept_and_calicos_own_is_not() {
        String moved =
                RELEASED.replace("docker.io/calico/dikastes:v3.22.5", "\"reg.example:5000/cal/dikastes:v3.13.4\"");
        String older = RELEASED.replace("docker.io/calico/dikastes:v3.22.5", "calico/dikastes:v3.13.4");

        assertThat(injector("istio-sidecar-injector", moved).wanted(RELEASED))
                .isEqualTo(RELEASED.replace("docker.io/calico/dikastes", "reg.example:5000/cal/dikastes"));
        assertThat(injector("istio-sidecar-injector", older).wanted(RELEASED)).isEqualTo(RELEASED);
        String once = injector("istio-sidecar-injector", moved).wanted(RELEASED);
        assertThat(injector("istio-sidecar-injector", once).wanted(RELEASED)).isEqualTo(once);
    }

    private static Injector injector(String name, String config) {
        return new Injector(map(name, config));
    }

    private static ObjectNode map(String name, String config) {
        ObjectNode map = Yaml.object("{metadata: {name: " + name + ", namespace: istio-system}, data: {}}");
        ((ObjectNode) map.get("data")).put("config", config);
        return map;
    }
}
