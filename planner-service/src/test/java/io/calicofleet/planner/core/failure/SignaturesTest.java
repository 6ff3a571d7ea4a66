package io.calicofleet.planner.core.failure;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.ClusterId;
import io.calicofleet.event.StepKind;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class SignaturesTest {

    private static final ClusterId HERE = ClusterId.of("eu-1");
    private static final ClusterId THERE = ClusterId.of("us-7");

    static List<Arguments> same() {
        return List.of(
                Arguments.of(
                        "missing: DaemonSet kube-system/calico-node: pod calico-node-x7k2p on ip-10-0-1-5.eu.internal:"
                                + " ImagePullBackOff (Back-off pulling image \"quay.io/calico/node:v3.22.5\")",
                        "missing: DaemonSet kube-system/calico-node: pod calico-node-zz9dq on worker-3: ImagePullBackOff"
                                + " (Back-off pulling image \"mirror.us:5000/calico/node:v3.22.5\")",
                        "DaemonSet kube-system/calico-node: pod: ImagePullBackOff"
                                + " (Back-off pulling image \"calico/node:v3.22.5\")"),
                Arguments.of(
                        "Missing at the deadline: DaemonSet kube-system/calico-node: 2 of 3 pods ready, and 4 more.",
                        "Missing at the deadline: DaemonSet kube-system/calico-node: 11 of 12 pods ready, and 1 more.",
                        "DaemonSet kube-system/calico-node: N of N pods ready."),
                Arguments.of(
                        "eu-1 answered 403 at https://10.1.2.3:6443/apis: UID 2f0c1c9e-7b1f-4a55-9d3b-0a3f5b7d9e11",
                        "us-7 answered 403 at https://k8s.us.example:443/apis: UID 99999999-7b1f-4a55-9d3b-0a3f5b7d9e11",
                        "CLUSTER answered N at HOST/apis: UID UID"),
                Arguments.of(
                        "dial tcp 10.96.0.1:443: i/o timeout after 30s at 2026-11-29T10:00:00.123Z",
                        "dial tcp [fd00:10:96::1]:443: i/o timeout after 1m5s at 2026-11-30T00:00:00Z",
                        "dial tcp ADDRESS: i/o timeout after DURATION at TIME"),
                Arguments.of(
                        "pod kube-system/calico-typha-6d4b75cb6d-hqj9x: CrashLoopBackOff (back-off 2m40s restarting)",
                        "pod kube-system/calico-typha-7f98898dc5-v2lnm: CrashLoopBackOff (back-off 5m0s restarting)",
                        "pod: CrashLoopBackOff (back-off DURATION restarting)"),
                Arguments.of(
                        "nodes a-1, a-2 have no address; image calico/cni@sha256:" + "0a".repeat(32),
                        "nodes b7 have no address; image calico/cni@sha256:" + "1b".repeat(32),
                        "nodes have no address; image calico/cni@DIGEST"),
                Arguments.of(
                        "webhook https://policy.kyverno.svc:443/validate?timeout=10s refused DaemonSet calico-node",
                        "webhook https://policy.kyverno.svc:443/validate?timeout=30s refused DaemonSet calico-node",
                        "webhook https://policy.kyverno.svc:443/validate?timeout=DURATION refused DaemonSet calico-node"));
    }

    @ParameterizedTest
    @MethodSource
    void same(String here, String there, String signature) {
        assertThat(Signatures.of(HERE, here)).isEqualTo(signature);
        assertThat(Signatures.of(THERE, there)).isEqualTo(signature);
    }

    @Test
    void what_is_another_failure_stays_another() {
        assertThat(List.of(
                                "DaemonSet kube-system/calico-node: pod a-x7k2p on n1: ImagePullBackOff (image calico/node:v3.22.5)",
                                "DaemonSet kube-system/calico-node: pod a-x7k2p on n1: ImagePullBackOff (image calico/node:v3.22.6)",
                                "DaemonSet kube-system/calico-node: pod a-x7k2p on n1: ImagePullBackOff (image calico/cni:v3.22.5)",
                                "DaemonSet kube-system/calico-node: pod a-x7k2p on n1: CrashLoopBackOff (exit code 1)",
                                "Deployment kube-system/calico-typha: pod a-x7k2p on n1: CrashLoopBackOff (exit code 1)",
                                "Deployment calico-system/calico-typha: pod a-x7k2p on n1: CrashLoopBackOff (exit code 1)")
                        .stream()
                        .map(said -> Signatures.of(HERE, said)))
                .doesNotHaveDuplicates();
    }

    @Test
    void the_name_of_a_cluster_is_replaced_only_where_it_stands_by_itself() {
        assertThat(Signatures.of(ClusterId.of("a"), "a: a DaemonSet of a-b has image a.b/a"))
                .startsWith("CLUSTER: CLUSTER");
        assertThat(Signatures.of(ClusterId.of("calico"), "calico: DaemonSet calico-node"))
                .isEqualTo("CLUSTER: DaemonSet calico-node");
    }

    @Test
    void a_key_depends_on_the_step_the_reason_and_what_was_said() {
        String key = Signatures.key(StepKind.UPGRADE, "pods", "x");
        assertThat(key).hasSize(24).isEqualTo(Signatures.key(StepKind.UPGRADE, "pods", "x"));
        assertThat(List.of(
                        key,
                        Signatures.key(StepKind.RESTORE, "pods", "x"),
                        Signatures.key(StepKind.UPGRADE, "version", "x"),
                        Signatures.key(StepKind.UPGRADE, "pods", "y")))
                .doesNotHaveDuplicates();
    }

    @Test
    void what_is_said_at_length_has_a_signature_of_bounded_length_soon() {
        assertThat(Signatures.of(HERE, "pod a-b ".repeat(500))).hasSizeLessThanOrEqualTo(300);
        assertThat(Signatures.of(HERE, "1:".repeat(2000))).hasSizeLessThanOrEqualTo(300);
        assertThat(Signatures.of(HERE, "a.".repeat(2000))).hasSizeLessThanOrEqualTo(300);
        assertThat(Signatures.of(HERE, "node a, ".repeat(500))).hasSizeLessThanOrEqualTo(300);
    }
}
