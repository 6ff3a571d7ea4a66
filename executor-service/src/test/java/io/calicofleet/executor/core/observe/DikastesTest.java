package io.calicofleet.executor.core.observe;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.WorkloadImage;
import io.calicofleet.executor.core.Yaml;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class DikastesTest {

    private static final CalicoVersion TARGET = CalicoVersion.of(3, 22, 5);

    @Test
    void pods_are_told_by_what_makes_them_anew() {
        // Given
        List<JsonNode> pods = Yaml.documents("""
                {kind: Pod, metadata: {name: cart-6d9f-a, namespace: shop, labels: {pod-template-hash: 6d9f},
                  ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: cart-6d9f, controller: true}]},
                 spec: {containers: [{name: cart, image: cart}, {name: dikastes, image: "calico/dikastes:v3.13.4"}]}}
                ---
                {kind: Pod, metadata: {name: cart-6d9f-b, namespace: shop, labels: {pod-template-hash: 6d9f},
                  ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: cart-6d9f, controller: true}]},
                 spec: {containers: [{name: dikastes, image: "calico/dikastes:v3.13.4"}]}}
                ---
                {kind: Pod, metadata: {name: bare-set-x, namespace: shop,
                  ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: bare-set, controller: true}]},
                 spec: {initContainers: [{name: dikastes, image: "calico/dikastes:v3.22.5", restartPolicy: Always}]}}
                ---
                {kind: Pod, metadata: {name: debug, namespace: shop}, spec: {containers: [{name: dikastes, image: "calico/dikastes:v3.13.4"}]}}
                ---
                {kind: Pod, metadata: {name: going, namespace: shop, deletionTimestamp: now}, spec: {containers: [{name: dikastes, image: old}]}}
                ---
                {kind: Pod, metadata: {name: over, namespace: shop}, status: {phase: Succeeded}, spec: {containers: [{name: dikastes, image: old}]}}
                ---
                {kind: Pod, metadata: {name: without, namespace: shop}, spec: {containers: [{name: app, image: app}]}}
                """);
        // Then
        assertThat(Dikastes.observe(pods))
                .containsExactly(
                        new WorkloadImage("Deployment shop/cart", "dikastes", "calico/dikastes:v3.13.4"),
                        new WorkloadImage("Pod shop/debug", "dikastes", "calico/dikastes:v3.13.4"),
                        new WorkloadImage("ReplicaSet shop/bare-set", "dikastes", "calico/dikastes:v3.22.5"));
        assertThat(pods.stream()
                        .filter(pod -> Dikastes.runsOlder(pod, TARGET))
                        .map(pod -> pod.at("/metadata/name").asText()))
                .containsExactly("cart-6d9f-a", "cart-6d9f-b", "debug");
    }

    @ParameterizedTest
    @CsvSource({
        "docker.io/calico/dikastes:v3.22.5, false",
        "reg.example:5000/calico/dikastes:v3.23.0, false",
        "calico/dikastes:v3.22.4, true",
        "calico/dikastes@sha256:0123, true",
        "calico/dikastes:latest, true"
    })
    void an_image_that_does_not_show_to_be_new_is_older(String image, boolean older) {
        assertThat(Dikastes.isOlder(image, TARGET)).isEqualTo(older);
    }
}
