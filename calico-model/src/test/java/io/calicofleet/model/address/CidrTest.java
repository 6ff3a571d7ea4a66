package io.calicofleet.model.address;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class CidrTest {

    @ParameterizedTest
    @CsvSource({
        "10.10.0.5/16, 10.10.0.0/16",
        "10.10.0.2, 10.10.0.2/32",
        "10.10.0.2/032, 10.10.0.2/32",
        "0.0.0.0/0, 0.0.0.0/0",
        "fd00::1, fd00::1/128",
        "FD00:0:0:1::5/64, fd00:0:0:1::/64",
        "::/0, ::/0",
        "::ffff:10.10.0.2, 10.10.0.2/32",
        "::ffff:a0a:2, 10.10.0.2/32",
        "::ffff:10.10.0.2/128, 10.10.0.2/32",
        "::ffff:10.10.0.2/112, 10.10.0.0/16",
        "::ffff:10.10.0.2/64, ::/64",
    })
    void a_network_is_read_as_Go_reads_it_for_Calico(String text, String network) {
        assertThat(Cidr.parse(text)).hasToString(network);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "foo",
                "10.0.0.0/33",
                "010.0.0.1",
                "10.0.0.1/",
                "10.0.0.1 ",
                "10.0.0",
                "10.0.0.1/-1",
                "fd00::/129",
                "10.0.0.0/255.0.0.0",
                "fe80::1%eth0",
                "::ffff:010.0.0.1",
                "1:2:3:4:5:6:7::8",
                "localhost",
                "10.0.0.0/99999999999"
            })
    void what_Go_does_not_read_is_no_network(String text) {
        assertThat(Cidr.parse(text)).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.255.0.1, true",
        "10.0.0.0/8, 11.0.0.1, false",
        "0.0.0.0/0, 255.255.255.255, true",
        "0.0.0.0/0, ::1, false",
        "fd00::/8, fdff::1, true",
        "fd00::/65, fd00::8000:0:0:1, false",
        "fd00::1/128, fd00::1, true",
    })
    void a_network_has_the_addresses_that_share_its_bits(String network, String address, boolean has) {
        Cidr net = Cidr.parse(network);
        Address one = Address.parse(address);
        assertThat(net).isNotNull();
        assertThat(one).isNotNull();
        assertThat(net.contains(one)).isEqualTo(has);
        assertThat(net.contains(Cidr.single(one))).isEqualTo(has);
    }
}
