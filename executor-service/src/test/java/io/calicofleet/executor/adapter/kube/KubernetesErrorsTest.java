package io.calicofleet.executor.adapter.kube;

import static org.assertj.core.api.Assertions.assertThat;

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

    private static String said(Throwable thrown) {
        return KubernetesErrors.of("get nodes", thrown).message();
    }
}
