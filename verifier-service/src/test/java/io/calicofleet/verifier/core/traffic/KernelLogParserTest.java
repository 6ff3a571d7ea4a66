package io.calicofleet.verifier.core.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.calicofleet.event.FlowDirection;
import io.calicofleet.model.address.Address;
import io.calicofleet.model.address.Cidr;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class KernelLogParserTest {

    private static final KernelLogParser PARSER = new KernelLogParser(List.of(KernelLogParser.DEFAULT_PREFIX));
    private static final String BODY =
            "IN=eth0 OUT= MAC=ee:ee SRC=203.0.113.7 DST=10.0.0.1 LEN=60 TOS=0x00 PREC=0x00 TTL=63 ID=58406 DF PROTO=TCP "
                    + "SPT=45588 DPT=9100 WINDOW=64860 RES=0x00 SYN URGP=0";

    @Test
    void what_stands_in_brackets_is_a_quoted_packet_and_is_passed_over() {
        LogLine line = PARSER.parse("calico-packet: IN=eth0 OUT= SRC=203.0.113.9 DST=10.0.0.2 LEN=56 PROTO=ICMP TYPE=3 "
                + "CODE=1 [SRC=1.1.1.1 DST=2.2.2.2 PROTO=TCP SPT=1 DPT=2 [SRC=3.3.3.3 ] ] MARK=0x1");

        assertThat(line).isInstanceOfSatisfying(LogLine.Flow.class, flow -> {
            assertThat(flow.packet().protocol()).isEqualTo("icmp");
            assertThat(flow.packet().source()).hasToString("203.0.113.9");
            assertThat(flow.packet().port()).isEqualTo(Packet.NO_PORT);
        });
    }

    @Test
    void the_first_occurrence_of_a_key_wins() {
        LogLine line = PARSER.parse("calico-packet: " + BODY + " DPT=1 SRC=9.9.9.9 PROTO=UDP IN= OUT=eth9");

        assertThat(line).isInstanceOfSatisfying(LogLine.Flow.class, flow -> {
            assertThat(flow.packet().port()).isEqualTo(9100);
            assertThat(flow.packet().protocol()).isEqualTo("tcp");
            assertThat(flow.packet().source()).hasToString("203.0.113.7");
            assertThat(flow.packet().direction()).isEqualTo(FlowDirection.INGRESS);
        });
    }

    @Test
    void a_prefix_iptables_cut_off_stands_right_before_the_first_key() {
        LogLine line = PARSER.parse("kernel: calico-packet GlobalNetworkP" + BODY);

        assertThat(line)
                .isInstanceOfSatisfying(
                        LogLine.Flow.class, flow -> assertThat(flow.policy()).isEqualTo("GlobalNetworkP"));
    }

    @Test
    void another_prefix_can_be_configured() {
        assertThat(new KernelLogParser(List.of("my-log")).parse("<5>my-log: " + BODY))
                .isInstanceOf(LogLine.Flow.class);
        assertThat(new KernelLogParser(List.of("my-log")).parse("calico-packet: " + BODY))
                .isEqualTo(new LogLine.Other(-1));
    }

    @Test
    void a_kmsg_record_has_a_sequence_whatever_it_says() {
        assertThat(PARSER.parse("6,4711,99,-,caller=T1;eth0: up").sequence()).isEqualTo(4711);
        assertThat(PARSER.parse("5,4712,99,-;calico-packet: " + BODY + "\n SUBSYSTEM=net")
                        .sequence())
                .isEqualTo(4712);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "  <...>-92  [001] d.s1. 123.456: bpf_trace_printk: eth0-I: policy ALLOWED  proto 6 src 1.2.3.4:56042 dest 5.6.7.8:80",
                "bpf_trace_printk: eth0------E: policy DENIED proto 17 src 10.0.0.1:5 dest 10.0.0.2:53"
            })
    void lines_of_the_ebpf_dataplane_are_told_as_unreadable_and_not_guessed_at(String line) {
        assertThat(PARSER.parse(line))
                .isInstanceOfSatisfying(
                        LogLine.Unreadable.class,
                        unreadable -> assertThat(unreadable.reason()).contains("eBPF"));
        assertThat(PARSER.parse("kernel: bpf_trace_printk: hello")).isInstanceOf(LogLine.Other.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // LogPrefix | what stands before IN= | whether it is that
                "calico-packet | kernel: [1.2] calico-packet: | yes",
                "calico-packet | calico-packet-of-another: | no",
                "calico-packet | my-calico-packet: | no",
                // iptables keeps 29 characters, which are no more than prefix and colon from 28 on
                "a-prefix-of-twentyeight-char | a-prefix-of-twentyeight-char: | yes",
                "a-prefix-of-twenty-nine-chars | a-prefix-of-twenty-nine-chars | yes",
                "a-prefix-of-rather-more-than-29-characters | a-prefix-of-rather-more-than- | yes",
                // nftables keeps all of it
                "a-prefix-of-rather-more-than-29-characters | a-prefix-of-rather-more-than-29-characters: | yes",
                "a-prefix-of-rather-more-than-29-characters | a-prefix-of-rather-more-than-others: | no",
                // the specifiers from v3.30.6 on, and as they stand before
                "calico-packet %k/%n | calico-packet gnp/allow-all-up | yes",
                "calico-packet %k/%n | calico-packet %k/%n: | yes",
                "fleet-%t | fleet-default: | yes",
                "%n | default.allow-all-upgrade: | yes",
                "%n | allow-all-upgrade: | yes",
                "%n | somebody-elses-policy: | no",
                "100% sure | 100% sure: | yes"
            })
    void lines_are_taken_by_the_log_prefix_of_the_cluster(String prefix, String before, String taken) {
        KernelLogParser parser = new KernelLogParser(List.of(prefix));
        String blank = before.endsWith(":") ? " " : "";

        assertThat(parser.parse(before + blank + BODY) instanceof LogLine.Flow)
                .as(before)
                .isEqualTo("yes".equals(taken));
    }

    @Test
    void each_prefix_of_a_cluster_counts() {
        KernelLogParser parser = new KernelLogParser(List.of("calico-packet", "of-node-7"));

        assertThat(parser.parse("of-node-7: " + BODY)).isInstanceOf(LogLine.Flow.class);
        assertThat(parser.parse("calico-packet: " + BODY)).isInstanceOf(LogLine.Flow.class);
        assertThat(parser.parse("of-node-8: " + BODY)).isInstanceOf(LogLine.Other.class);
    }

    @Test
    void json_of_every_shipper_is_taken_apart() {
        String text = "calico-packet: " + BODY;
        String bytes = Arrays.toString(text.getBytes(StandardCharsets.UTF_8));
        String docker = "{\"log\":\"" + text + "\\n\",\"stream\":\"stdout\",\"time\":\"2026-11-23T10:00:00Z\"}";
        for (String line : List.of(
                docker,
                "{\"MESSAGE\":" + bytes + ",\"_HOSTNAME\":\"n1\"}",
                "{\"_TRANSPORT\":\"kernel\",\"PRIORITY\":5,\"MESSAGE\":\"" + text + "\"}",
                "{\"priority\":5,\"sequence\":7,\"sec\":1,\"usec\":2,\"msg\":\"" + text + "\"}",
                "{\"kubernetes\":{\"labels\":{\"log\":\"no\"},\"x\":[1,{\"msg\":\"no\"}]},\"message\":\"" + text
                        + "\"}",
                "{\"log\":{\"level\":\"info\"},\"message\":\"" + text + "\"}",
                "{\"log\":\"" + docker.replace("\\", "\\\\").replace("\"", "\\\"") + "\"}",
                "{\"log\":\"5,4712,99,-;" + text + "\"}",
                "2026-11-23T10:00:00.123456789Z stdout F " + text,
                "2026-11-23T10:00:00.123456789Z stdout F {\"msg\":\"" + text + "\"}",
                "2026-11-23T10:00:00.123456789Z stderr F " + docker)) {
            assertThat(PARSER.parse(line)).as(line).isInstanceOf(LogLine.Flow.class);
        }
        assertThat(PARSER.parse("{\"text\":\"" + text + "\"}"))
                .as("a field nobody knows")
                .isInstanceOf(LogLine.Unreadable.class);
        assertThat(PARSER.parse("{\"text\":\"eth0 is up\"}")).isInstanceOf(LogLine.Other.class);
    }

    @Test
    void ports_are_those_of_protocols_a_policy_can_name_them_for() {
        String start = "calico-packet: IN=eth0 OUT= SRC=1.2.3.4 DST=1.2.3.5 ";

        assertThat(packet(start + "PROTO=UDPLITE SPT=5 DPT=7000"))
                .returns("136", Packet::protocol)
                .returns(Packet.NO_PORT, Packet::port);
        assertThat(packet(start + "PROTO=132"))
                .returns("sctp", Packet::protocol)
                .returns(Packet.NO_PORT, Packet::port);
        assertThat(packet(start + "PROTO=UDP SPT=5 DPT=7000")).returns(7000, Packet::port);
    }

    private static Packet packet(String line) {
        return ((LogLine.Flow) PARSER.parse(line)).packet();
    }

    @Test
    void journald_escapes_are_undone() {
        LogLine line = PARSER.parse("{\"A\":\"x\",\"MESSAGE\" : \"calico-packet\\u003a \\tIN=eth0 OUT= SRC=1.2.3.4 "
                + "DST=5.6.7.8 PROTO=TCP SPT=1 DPT=80\\n\"}");

        assertThat(line).isInstanceOf(LogLine.Flow.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "{}",
                "{\"MESSAGE\":[1,2]}",
                "{\"MESSAGE\":\"unfinished",
                "{\"MESSAGE\":\"\\u00",
                "calico-packet",
                "calico-packet:",
                "calico-packet: IN=",
                "calico-packet: IN=eth0 OUT= SRC= DST= PROTO=",
                "calico-packet: IN=eth0 OUT= SRC=1.2.3.4 DST=::1 PROTO=TCP DPT=1",
                "calico-packet: IN=eth0 OUT= SRC=1.2.3.4 DST=1.2.3.5 PROTO=TCP",
                "calico-packet: IN=eth0 OUT= SRC=1.2.3.4 DST=1.2.3.5 PROTO=TCP DPT=99999",
                "calico-packet: IN=eth0 OUT= SRC=1.2.3.4 DST=1.2.3.5 PROTO=999",
                "calico-packet: IN=eth0 [[[[ SRC=1.2.3.4",
                ",,,;",
                "5,99999999999999999999999,1,-;x"
            })
    void odd_lines_are_no_flows(String line) {
        assertThat(PARSER.parse(line)).isNotInstanceOf(LogLine.Flow.class);
    }

    @Test
    void never_throws_whatever_the_bytes() {
        long seed = 20261123L;
        Random random = new Random(seed);
        for (int run = 0; run < 200_000; run++) {
            String line = run % 2 == 0 ? noise(random) : mutated(random);
            assertThatCode(() -> PARSER.parse(line))
                    .as("seed %d, line %s", seed, line)
                    .doesNotThrowAnyException();
        }
    }

    @Test
    void reads_back_every_generated_line_in_every_form() {
        Random random = new Random(20261123L);
        for (int run = 0; run < 20_000; run++) {
            Packet packet = LogLines.packet(random);
            for (String line : LogLines.everyForm(packet, random)) {
                assertThat(PARSER.parse(line))
                        .as(line)
                        .isInstanceOfSatisfying(
                                LogLine.Flow.class,
                                flow -> assertThat(flow.packet()).isEqualTo(packet));
            }
        }
    }

    @Test
    void reads_addresses_as_people_and_the_kernel_write_them() {
        for (String text : List.of("::", "::1", "fe80::1", "2001:db8::1:0:0:1", "10.0.0.1", "255.255.255.255")) {
            assertThat(Address.parse(text)).hasToString(text);
        }
        assertThat(Address.parse("fe80:0000:0000:0000:0000:0000:0000:0001")).hasToString("fe80::1");
        assertThat(Address.parse("::ffff:1.2.3.4")).as("IPv4 inside IPv6").hasToString("1.2.3.4");
        for (String text :
                List.of("1.2.3", "1.2.3.4.5", "1.2.3.256", ":", ":::", "1::2::3", "g::", "1.2.3.4.", "host")) {
            assertThat(Address.parse(text)).as(text).isNull();
        }
        assertThat(Cidr.parse("10.1.2.3/8")).hasToString("10.0.0.0/8");
        assertThat(Cidr.parse("2001:db8:1:2:3::/64")).hasToString("2001:db8:1:2::/64");
        for (String text : List.of("10.0.0.0/33", "10.0.0.0/", "10.0.0.0/x", "::/129", "/8")) {
            assertThat(Cidr.parse(text)).as(text).isNull();
        }
    }

    private static String noise(Random random) {
        byte[] bytes = new byte[random.nextInt(200)];
        random.nextBytes(bytes);
        return (random.nextBoolean() ? "calico-packet: IN=" : "") + new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static String mutated(Random random) {
        List<String> forms = LogLines.everyForm(LogLines.packet(random), random);
        StringBuilder line = new StringBuilder(forms.get(random.nextInt(forms.size())));
        for (int edits = random.nextInt(5); edits >= 0 && !line.isEmpty(); edits--) {
            int at = random.nextInt(line.length());
            switch (random.nextInt(4)) {
                case 0 -> line.deleteCharAt(at);
                case 1 -> line.insert(at, "[]=:;{}\" \\\n,".charAt(random.nextInt(12)));
                case 2 -> line.setLength(at);
                default -> line.setCharAt(at, (char) random.nextInt(0x3000));
            }
        }
        return line.toString().toLowerCase(Locale.ROOT).hashCode() % 7 == 0 ? line + "\0" : line.toString();
    }
}
