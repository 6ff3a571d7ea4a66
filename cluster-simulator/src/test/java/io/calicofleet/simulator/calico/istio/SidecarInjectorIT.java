package io.calicofleet.simulator.calico.istio;

import static io.calicofleet.simulator.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.simulator.ClusterTemplate;
import io.calicofleet.simulator.SimulatedCluster;
import io.calicofleet.simulator.Simulator;
import io.calicofleet.simulator.SimulatorOptions;
import io.calicofleet.simulator.kubernetes.controller.Timing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class SidecarInjectorIT {

    private static final Timing QUICK = Timing.quick();
    private static final Timing LAGGING =
            new Timing(QUICK.podStart(), QUICK.podStop(), QUICK.controller(), Duration.ofMillis(300));

    private final Simulator simulator =
            Simulator.start(SimulatorOptions.quick().withTls(false).withTiming(LAGGING));
    private final SimulatedCluster cluster =
            simulator.addCluster(ClusterTemplate.named("c").withManifest("""
            {apiVersion: v1, kind: Namespace, metadata: {name: istio-system}}
            ---
            {apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {istio-injection: enabled}}}
            ---
            {apiVersion: v1, kind: Namespace, metadata: {name: lab, labels: {istio.io/rev: canary}}}
            ---
            {apiVersion: v1, kind: Namespace, metadata: {name: office}}
            ---
            {apiVersion: v1, kind: ConfigMap, metadata: {name: istio-sidecar-injector, namespace: istio-system},
             data: {config: "- name: dikastes\\n  image: calico/dikastes:v1"}}
            ---
            {apiVersion: v1, kind: ConfigMap, metadata: {name: istio-sidecar-injector-canary, namespace: istio-system},
             data: {config: "no such container"}}
            """));

    @AfterEach
    void stop() {
        simulator.close();
    }

    @Test
    void pods_get_what_the_injector_of_their_namespace_says() {
        assertThat(images("shop", "a", ""))
                .containsExactly("app", "docker.io/istio/proxyv2:1.10.3", "calico/dikastes:v1");
        assertThat(images("shop", "b", "annotations: {sidecar.istio.io/inject: \"false\"}"))
                .containsExactly("app");
        assertThat(images("lab", "a", "")).containsExactly("app", "docker.io/istio/proxyv2:1.10.3");
        assertThat(images("office", "a", "")).containsExactly("app");
    }

    @Test
    void a_changed_config_is_seen_when_the_kubelet_has_brought_it() {
        // When
        cluster.patch("v1", "ConfigMap", "istio-system", "istio-sidecar-injector", """
                {"data":{"config":"- name: dikastes\\n  image: calico/dikastes:v2"}}
                """);
        // Then
        assertThat(images("shop", "at-once", "")).contains("calico/dikastes:v1");
        List<String> names = new ArrayList<>();
        await().untilAsserted(() -> {
            names.add("later-" + names.size());
            assertThat(images("shop", names.getLast(), "")).contains("calico/dikastes:v2");
        });
    }

    private List<String> images(String namespace, String name, String metadata) {
        cluster.apply("{apiVersion: v1, kind: Pod, metadata: {name: " + name + ", namespace: " + namespace + ", "
                + metadata + "}, spec: {containers: [{name: app, image: app}]}}");
        JsonNode pod = cluster.get("v1", "Pod", namespace, name);
        List<String> images = new ArrayList<>();
        pod.at("/spec/containers")
                .forEach(container -> images.add(container.path("image").asText()));
        return images;
    }
}
