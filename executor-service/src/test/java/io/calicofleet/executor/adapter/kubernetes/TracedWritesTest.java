package io.calicofleet.executor.adapter.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class TracedWritesTest {

    @ParameterizedTest
    @CsvSource({
        "/api/v1/namespaces/kube-system/configmaps/a?fieldManager=b, /api/v1/namespaces/{namespace}/configmaps/{name}, configmaps kube-system/a",
        "/apis/apps/v1/namespaces/x/daemonsets/calico-node, /apis/apps/v1/namespaces/{namespace}/daemonsets/{name}, daemonsets x/calico-node",
        "/apis/rbac.authorization.k8s.io/v1/clusterroles/a%3Ab, /apis/rbac.authorization.k8s.io/v1/clusterroles/{name}, clusterroles a:b",
        "/api/v1/namespaces, /api/v1/namespaces, namespaces",
        "/api/v1/namespaces/calico-system?a=b, /api/v1/namespaces/{name}, namespaces calico-system",
        "/api/v1/namespaces/x/pods/p/eviction, /api/v1/namespaces/{namespace}/pods/{name}/eviction, pods x/p",
        "/version, /version, ''"
    })
    void a_path_is_named_without_what_differs_from_cluster_to_cluster(String path, String template, String object) {
        TracedWrites.Place place = TracedWrites.Place.of(path);

        assertThat(place.template()).isEqualTo(template);
        assertThat(place.object()).isEqualTo(object);
    }
}
