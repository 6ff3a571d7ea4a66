package io.calicofleet.runtime.http;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which addresses a service may ask, and where it may be led to. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class OutgoingTest {

    private static final Outgoing ANYWHERE = new Outgoing(List.of(), "executor.allowed-hosts");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://169.254.169.254/latest/meta-data/",
                "http://[fe80::1]/",
                "http://[::ffff:169.254.169.254]/",
                "http://2852039166/",
                "http://0.0.0.0/",
                "http://[fd00:ec2::254]/",
                "http://100.100.100.200/",
                "http://168.63.129.16/",
                "http://224.0.0.1/"
            })
    void nothing_is_asked_where_clouds_keep_their_metadata_however_that_is_written(String address) {
        assertThatThrownBy(() -> ANYWHERE.check(URI.create(address)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("metadata");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"file:///etc/passwd", "ftp://127.0.0.1/x", "/charts", "http:///x", "jar:http://127.0.0.1/x"})
    void what_is_no_http_address_is_not_asked(String address) {
        assertThatThrownBy(() -> ANYWHERE.check(URI.create(address)))
                .isInstanceOf(IOException.class)
                .hasMessage("it is no address that can be asked: " + address);
    }

    @Test
    void a_server_of_ones_own_network_is_asked() {
        assertThatCode(() -> ANYWHERE.check(URI.create("https://10.1.2.3/charts")))
                .doesNotThrowAnyException();
    }

    @Test
    void only_the_hosts_that_are_named_are_asked() throws IOException {
        Outgoing outgoing = new Outgoing(List.of("LOCALHOST", "*.localhost"), "executor.allowed-hosts");
        outgoing.check(URI.create("http://localhost/x"));
        outgoing.check(URI.create("http://charts.localhost/x"));
        assertThatThrownBy(() -> outgoing.check(URI.create("http://127.0.0.1/x")))
                .hasMessage("nothing is asked of 127.0.0.1: executor.allowed-hosts has localhost, *.localhost");
        assertThatThrownBy(() -> outgoing.check(URI.create("http://evillocalhost/x")))
                .hasMessageContaining("executor.allowed-hosts");
    }

    @Test
    void a_server_elsewhere_does_not_lead_to_this_machine_nor_out_of_encryption() {
        assertThatThrownBy(() -> ANYWHERE.checkRedirect(
                        URI.create("http://10.1.2.3/x"), URI.create("http://127.0.0.1:8080/file")))
                .hasMessageContaining("redirects to this machine");
        assertThatThrownBy(
                        () -> ANYWHERE.checkRedirect(URI.create("https://10.1.2.3/x"), URI.create("http://10.1.2.4/x")))
                .hasMessageContaining("not encrypted");
    }
}
