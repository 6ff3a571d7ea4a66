package io.calicofleet.executor.adapter.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.calicofleet.executor.port.ClusterException.Problem;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class KubernetesErrorsTest {

    /** As netty has it: a class of its own, whose name tells people nothing. */
    private static final class AnnotatedConnectException extends ConnectException {
        private static final long serialVersionUID = 1L;

        AnnotatedConnectException(String message) {
            super(message);
        }
    }

    @Test
    void no_answer_is_told_in_words_and_not_by_the_name_of_an_exception() {
        assertThat(said(new AnnotatedConnectException("Connection refused: host/192.0.2.1:6443")))
                .isEqualTo(
                        "get nodes: no answer, the connection was refused (Connection refused: host/192.0.2.1:6443)");
        assertThat(said(new AnnotatedConnectException("connection timed out: /192.0.2.1:6443")))
                .contains("could not be made (connection timed out");
        assertThat(said(new UnknownHostException("api.example"))).contains("cannot be resolved (api.example)");
        assertThat(said(new NoRouteToHostException())).endsWith("there is no route to the API server");
        assertThat(said(new SSLHandshakeException("PKIX path building failed"))).contains("TLS failed (PKIX");
        assertThat(said(new TimeoutException())).endsWith("no answer in time");
        assertThat(said(new CompletionException(new ConnectException("Connection refused"))))
                .doesNotContain("Exception");
    }

    @Test
    void a_webhook_a_quota_and_a_policy_are_neither_missing_rights_nor_a_server_that_is_away() {
        assertThat(problem(
                        500,
                        "InternalError",
                        "Internal error occurred: failed calling webhook \"v.example\": failed to"
                                + " call webhook: Post \"https://v.ns.svc:443/?timeout=10s\": service \"v\" not found"))
                .isEqualTo(Problem.REFUSED);
        assertThat(problem(403, "Forbidden", "admission webhook \"v.example\" denied the request: no"))
                .isEqualTo(Problem.REFUSED);
        assertThat(problem(
                        422,
                        "Invalid",
                        "daemonsets.apps \"n\" is forbidden: ValidatingAdmissionPolicy 'p' with binding"
                                + " 'b' denied request: failed expression: false"))
                .isEqualTo(Problem.REFUSED);
        assertThat(problem(
                        403,
                        "Forbidden",
                        "secrets \"s\" is forbidden: exceeded quota: q, requested: secrets=1, used:"
                                + " secrets=9, limited: secrets=9"))
                .isEqualTo(Problem.REFUSED);
        assertThat(problem(
                        403,
                        "Forbidden",
                        "pods \"p\" is forbidden: violates PodSecurity \"baseline:latest\": host"
                                + " namespaces (hostNetwork=true)"))
                .isEqualTo(Problem.REFUSED);
        assertThat(problem(
                        403,
                        "Forbidden",
                        "configmaps \"c\" is forbidden: unable to create new content in namespace n"
                                + " because it is being terminated"))
                .isEqualTo(Problem.REFUSED);
    }

    @Test
    void missing_rights_say_who_cannot_do_what() {
        assertThat(problem(
                        403,
                        "Forbidden",
                        "daemonsets.apps \"calico-node\" is forbidden: User"
                                + " \"system:serviceaccount:ops:x\" cannot update resource \"daemonsets\" in API group \"apps\" in the"
                                + " namespace \"kube-system\""))
                .isEqualTo(Problem.FORBIDDEN);
        assertThat(problem(
                        403,
                        "Forbidden",
                        "clusterroles.rbac.authorization.k8s.io \"calico-node\" is forbidden: user"
                                + " \"ops\" (groups=[\"system:authenticated\"]) is attempting to grant RBAC permissions not currently"
                                + " held:\n{APIGroups:[\"\"], Resources:[\"pods\"], Verbs:[\"patch\"]}"))
                .isEqualTo(Problem.FORBIDDEN);
        assertThat(problem(401, "Unauthorized", "Unauthorized")).isEqualTo(Problem.FORBIDDEN);
        assertThat(problem(500, "InternalError", "etcdserver: request timed out"))
                .isEqualTo(Problem.UNAVAILABLE);
    }

    private static Problem problem(int code, String reason, String message) {
        String status = new ObjectMapper()
                .createObjectNode()
                .put("kind", "Status")
                .put("reason", reason)
                .put("message", message)
                .toString();
        return KubernetesErrors.of("PUT x", code, status.getBytes(UTF_8)).problem();
    }

    private static String said(Throwable thrown) {
        return KubernetesErrors.of("get nodes", thrown).message();
    }
}
