package io.calicofleet.verifier.core.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.GateKind;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Workloads that have settled but for one thing: a DaemonSet of three pods, a Deployment of one. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class PodsGateTest {

    private static final GateCase DONE = GateCase.of(GateKind.PODS, "passes-when-everything-has-settled");
    private static final GateCase IDLE = GateCase.of(GateKind.PODS, "does-not-wait-for-a-pool-that-has-no-nodes");
    private static final String NODE = "DaemonSet kube-system/calico-node: ";
    private static final String CONTROLLERS = "Deployment kube-system/calico-kube-controllers: ";
    private static final String WINDOWS = "DaemonSet kube-system/calico-node-windows: ";

    /** What admits resources where they are definitions, with that image. */
    static String webhooks(String image) {
        return """
                {kind: Deployment, namespace: calico, name: calico-webhooks, generation: 2, observedGeneration: 2,
                 desired: 1, updated: 1, ready: 1, available: 1, unavailable: 0, misscheduled: 0, templateContainers: 1,
                 templateImages: [{container: calico-webhooks, init: false, image: "%1$s", pods: 0}],
                 podImages: [{container: calico-webhooks, init: false, image: "%1$s", pods: 1}],
                 readyContainers: {"1/1": 1}, pods: 1, podsOfOtherRevision: 0, restarts: 0}
                """.formatted(image);
    }

    @Test
    void a_pod_that_is_missing_or_too_many_is_waited_for() {
        GateCase two = DONE.with("/workloads/0/pods", "2")
                .with("/workloads/0/readyContainers", "{1/1: 2}")
                .with("/workloads/0/podImages/0/pods", "2")
                .with("/workloads/0/podImages/1/pods", "2");

        assertThat(two.missing()).containsExactly(NODE + "2 pods where 3 are wanted");
    }

    @Test
    void what_was_not_observed_of_a_workload_is_missing() {
        assertThat(DONE.with("/workloads/1/templateContainers", "0").missing())
                .containsExactly(CONTROLLERS + "the containers of its template were not observed");
        assertThat(DONE.with("/workloads/1/templateImages", "[]").missing())
                .containsExactly(CONTROLLERS + "the images of its template were not observed");
        assertThat(DONE.with("/workloads/0/readyContainers", "{1/1: 2}").missing())
                .containsExactly(NODE + "the ready containers of 1 pod");
        assertThat(DONE.with("/workloads/0/readyContainers", "{all: 3}").missing())
                .containsExactly(NODE + "3 pods with all containers ready instead of 1/1");
        assertThat(DONE.with("/workloads/0/readyContainers", "{}").verdict().evidence())
                .anyMatch(line -> line.contains("containers ready unknown"));
    }

    @Test
    void an_image_that_no_pod_runs_any_more_is_not_waited_for() {
        GateCase gone = DONE.with(
                "/workloads/0/podImages/-",
                "{container: calico-node, init: false, image: 'docker.io/calico/node:v3.20.6', pods: 0}");

        assertThat(gone.missing()).isEmpty();
    }

    @Test
    void what_a_campaign_expects_of_the_pods_is_about_DaemonSets_only() {
        GateCase half = DONE.given("/gates/0/expectedReady", "1/2")
                .with("/workloads/0/templateContainers", "2")
                .with("/workloads/0/readyContainers", "{1/2: 3}");
        assertThat(half.missing()).isEmpty();

        assertThat(half.with("/workloads/1/templateContainers", "2")
                        .with("/workloads/1/readyContainers", "{1/2: 1}")
                        .missing())
                .containsExactly(CONTROLLERS + "1 pod with 1/2 containers ready instead of 2/2");
    }

    @Test
    void a_Deployment_that_people_scaled_to_nothing_is_settled() {
        GateCase none = scaledToNothing(DONE);

        assertThat(none.missing()).isEmpty();
        assertThat(none.verdict().evidence()).anyMatch(line -> line.startsWith(CONTROLLERS + "0 of 0 pods ready"));
    }

    @Test
    void a_pool_is_idle_only_where_nothing_of_it_is_there_or_to_come() {
        assertThat(IDLE.missing()).isEmpty();
        assertThat(IDLE.with("/workloads/1/pods", "1").missing()).contains(WINDOWS + "1 pod where 0 are wanted");
        assertThat(IDLE.with("/workloads/1/observedGeneration", "1").missing())
                .contains(WINDOWS + "its controller saw generation 1, the newest is 2");
        assertThat(IDLE.with("/workloads/1/nodesWithoutPod", "[w1]").missing()).contains(WINDOWS + "a pod on w1");
        assertThat(IDLE.with("/workloads/1/desired", "1").missing())
                .contains(WINDOWS + "0 of 1 pod of the newest template");
    }

    @Test
    void a_pool_is_idle_only_beside_a_DaemonSet_that_has_nodes() {
        GateCase one = IDLE.with("/workloads/0/desired", "1")
                .with("/workloads/0/updated", "1")
                .with("/workloads/0/ready", "1")
                .with("/workloads/0/available", "1")
                .with("/workloads/0/pods", "1")
                .with("/workloads/0/readyContainers", "{1/1: 1}")
                .with("/workloads/0/podImages/0/pods", "1")
                .with("/workloads/0/podImages/1/pods", "1");

        assertThat(one.missing()).isEmpty();
        assertThat(one.with("/workloads/0/kind", "Deployment").missing())
                .containsExactly(WINDOWS + "no node is to run it");
    }

    @Test
    void of_several_problems_the_first_is_the_reason_and_all_are_evidence() {
        GateCase troubled = DONE.with("/workloads/0/ready", "1").with("/workloads/0/problems", """
                - {pod: calico-node-a, node: n1, reason: CrashLoopBackOff, message: ""}
                - {pod: calico-node-b, node: n2, reason: ImagePullBackOff, message: ""}
                """);

        assertThat(troubled.missing())
                .containsExactly(NODE + "pod calico-node-a on n1: CrashLoopBackOff", NODE + "1 of 3 pods ready");
        assertThat(troubled.verdict().evidence()).contains(NODE + "pod calico-node-b on n2: ImagePullBackOff");
    }

    @Test
    void who_wrote_a_workload_last_is_told_where_it_has_not_settled() {
        GateCase written = DONE.with("/workloads/0/lastWriter", "{manager: argocd-controller}");

        assertThat(written.verdict().evidence()).noneMatch(line -> line.contains("argocd-controller"));
        assertThat(written.with("/workloads/0/lastWriter/manager", "calico-fleet")
                        .with("/workloads/0/ready", "2")
                        .verdict()
                        .evidence())
                .noneMatch(line -> line.contains("last written by"));
        assertThat(written.with("/workloads/0/ready", "2").verdict().evidence())
                .contains(NODE + "last written by argocd-controller");
    }

    @Test
    void a_failure_at_the_deadline_counts_what_else_is_missing() {
        GateCase late = DONE.given("/judgedAfter", "PT15M40S").with("/workloads/0/ready", "2");

        assertThat(late.verdict())
                .isInstanceOfSatisfying(
                        GateVerdict.Failed.class,
                        failed -> assertThat(failed.reason())
                                .isEqualTo("Missing at the deadline: " + NODE + "2 of 3 pods ready."));
        assertThat(late.with("/workloads/0/updated", "2").verdict())
                .isInstanceOfSatisfying(
                        GateVerdict.Failed.class,
                        failed -> assertThat(failed.reason()).endsWith(", and 1 more."));
    }

    @Test
    void the_deadline_is_over_in_the_moment_it_is_reached() {
        GateCase late = DONE.with("/workloads/0/ready", "2");

        assertThat(late.given("/judgedAfter", "PT15M39.999S").verdict()).isInstanceOf(GateVerdict.NotYet.class);
        assertThat(late.given("/judgedAfter", "PT15M40S").verdict()).isInstanceOf(GateVerdict.Failed.class);
    }

    @Test
    void the_webhooks_of_native_definitions_have_to_be_ready() {
        GateCase hooked = DONE.with("/workloads/-", webhooks("quay.io/calico/webhooks:v3.22.5"));
        assertThat(hooked.missing()).isEmpty();

        assertThat(hooked.with("/workloads/2/ready", "0").missing())
                .containsExactly("Deployment calico/calico-webhooks: 0 of 1 pod ready");
        assertThat(hooked.with("/workloads/2/podImages/0/image", "quay.io/calico/webhooks:v3.22.4")
                        .missing())
                .contains("Deployment calico/calico-webhooks: 1 pod with quay.io/calico/webhooks:v3.22.4 in"
                        + " calico-webhooks instead of quay.io/calico/webhooks:v3.22.5");
    }

    private static GateCase scaledToNothing(GateCase of) {
        return of.with("/workloads/1/desired", "0")
                .with("/workloads/1/updated", "0")
                .with("/workloads/1/ready", "0")
                .with("/workloads/1/available", "0")
                .with("/workloads/1/pods", "0")
                .with("/workloads/1/readyContainers", "{}")
                .with("/workloads/1/podImages", "[]");
    }
}
