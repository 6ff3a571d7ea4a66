package io.calicofleet.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.calicofleet.simulator.kubernetes.rbac.Access;
import io.calicofleet.simulator.kubernetes.rbac.Account;
import java.io.UncheckedIOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** What a service account may do follows from the roles in the cluster, as Kubernetes reads them. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class RolesIT {

    private static final String ROLES = "/apis/rbac.authorization.k8s.io/v1/clusterroles";
    private static final String BINDINGS = "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings";

    private final Simulator simulator = Simulator.start(SimulatorOptions.quick().withTls(false));
    private final SimulatedCluster cluster = simulator.addCluster(ClusterTemplate.named("c"));
    private final Account account = cluster.account("kube-system", "robot");
    private final TestClient client = new TestClient(cluster, account.token());

    @AfterEach
    void stop() {
        simulator.close();
    }

    private void role(String rules) {
        cluster.apply("""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: robot}
                rules: %s
                ---
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRoleBinding
                metadata: {name: robot}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: robot}
                subjects: [{kind: ServiceAccount, name: robot, namespace: kube-system}]
                """.formatted(rules));
    }

    private static String clusterRole(String name, String verb) {
        return """
                {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": {"name": "%s"},
                 "rules": [{"apiGroups": [""], "resources": ["pods"], "verbs": ["%s"]}]}""".formatted(name, verb);
    }

    @Test
    void nothing_is_allowed_but_what_a_role_says() {
        assertThat(client.get("/api/v1/pods").code()).isEqualTo(403);
        assertThat(client.get("/apis").code()).as("discovery is for everybody").isEqualTo(200);
        role("[{apiGroups: [''], resources: [pods], verbs: [list]}]");
        assertThat(client.get("/api/v1/pods").code()).isEqualTo(200);
        assertThat(client.get("/api/v1/pods?watch=true").code()).isEqualTo(403);
        assertThat(client.get("/api/v1/namespaces/default/pods").code()).isEqualTo(200);
        assertThat(client.get("/api/v1/nodes").code()).isEqualTo(403);
        assertThat(account.used())
                .containsExactly(new Access("list", "", "pods", "", ""), new Access("list", "", "pods", "default", ""));
        assertThat(account.denied()).contains(new Access("watch", "", "pods", "", ""));
    }

    @Test
    void a_name_in_a_rule_never_covers_what_is_created() {
        role("[{apiGroups: [''], resources: [namespaces], resourceNames: [mine], verbs: [get, create]}]");
        assertThat(client.post("/api/v1/namespaces", """
                {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "mine"}}""").code()).isEqualTo(403);
        assertThat(client.get("/api/v1/namespaces/mine").code()).isEqualTo(404);
        assertThat(client.get("/api/v1/namespaces/other").code()).isEqualTo(403);
    }

    @Test
    void nobody_gives_away_what_they_do_not_have() {
        role("""
                [{apiGroups: [rbac.authorization.k8s.io], resources: [clusterroles, clusterrolebindings],
                  verbs: [get, create, update, patch]},
                 {apiGroups: [''], resources: [pods], verbs: [list]}]""");
        assertThat(client.post(ROLES, clusterRole("a", "list")).code()).isEqualTo(201);
        assertThat(client.post(ROLES, clusterRole("b", "delete")).code()).isEqualTo(403);
        assertThat(client.put(ROLES + "/a", clusterRole("a", "delete")).code()).isEqualTo(403);
    }

    @Test
    void who_may_escalate_by_name_may_change_such_a_role_but_not_create_it() {
        role("""
                [{apiGroups: [rbac.authorization.k8s.io], resources: [clusterroles, clusterrolebindings],
                  verbs: [get, create, update, patch]},
                 {apiGroups: [rbac.authorization.k8s.io], resources: [clusterroles], resourceNames: [a],
                  verbs: [escalate, bind]}]""");
        assertThat(client.post(ROLES, clusterRole("a", "delete")).code()).isEqualTo(403);
        cluster.apply(clusterRole("a", "list"));
        assertThat(client.put(ROLES + "/a", clusterRole("a", "delete")).code()).isEqualTo(200);
        String binding = """
                {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding", "metadata": {"name": "%s"},
                 "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "%s"}}""";
        assertThat(client.post(BINDINGS, binding.formatted("a", "a")).code()).isEqualTo(201);
        assertThat(client.post(BINDINGS, binding.formatted("b", "robot")).code())
                .as("has it all")
                .isEqualTo(201);
        cluster.apply(clusterRole("other", "deletecollection"));
        assertThat(client.post(BINDINGS, binding.formatted("c", "other")).code())
                .as("has not")
                .isEqualTo(403);
    }

    @Test
    void access_reviews_say_what_would_come_of_it() {
        role("[{apiGroups: [''], resources: [pods/status], verbs: [patch]}]");
        String review = """
                {"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview", "spec": {"resourceAttributes":
                 {"verb": "patch", "resource": "pods", "subresource": "%s"}}}""";
        String path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
        assertThat(client.post(path, review.formatted("status"))
                        .body()
                        .at("/status/allowed")
                        .asBoolean())
                .isTrue();
        assertThat(client.post(path, review.formatted(""))
                        .body()
                        .at("/status/allowed")
                        .asBoolean())
                .isFalse();
        assertThat(account.asked()).hasSize(2);
        assertThat(account.used()).isEmpty();
    }

    @Test
    void a_write_can_be_cut_before_and_after_it_is_carried_out() {
        AtomicInteger seen = new AtomicInteger();
        TestClient admin = new TestClient(cluster);
        cluster.watchWrites((write, carriedOut, userAgent) -> carriedOut == (seen.incrementAndGet() > 1));
        String namespace = "{\"apiVersion\": \"v1\", \"kind\": \"Namespace\", \"metadata\": {\"name\": \"cut\"}}";
        assertThatThrownBy(() -> admin.post("/api/v1/namespaces", namespace)).isInstanceOf(UncheckedIOException.class);
        assertThat(cluster.get("v1", "Namespace", "", "cut")).isNull();
        assertThatThrownBy(() -> admin.post("/api/v1/namespaces", namespace)).isInstanceOf(UncheckedIOException.class);
        assertThat(cluster.get("v1", "Namespace", "", "cut")).isNotNull();
    }
}
