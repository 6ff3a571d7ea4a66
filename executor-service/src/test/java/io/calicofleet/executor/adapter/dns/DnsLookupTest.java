package io.calicofleet.executor.adapter.dns;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.executor.core.lockout.NameAnswer;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class DnsLookupTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    @Test
    void a_name_has_the_addresses_of_both_families() {
        DnsLookup lookup = new DnsLookup(LIMIT, name -> new InetAddress[] {
            InetAddress.getByAddress(name, new byte[] {10, 0, 0, 9}),
            InetAddress.getByAddress(name, new byte[] {(byte) 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9})
        });

        assertThat(lookup.lookup("etcd.example"))
                .isEqualTo(new NameAnswer.Found(List.of("10.0.0.9", "fd00:0:0:0:0:0:0:9")));
    }

    @Test
    void the_hosts_own_resolver_is_asked() {
        assertThat(new DnsLookup(LIMIT).lookup("localhost")).isInstanceOf(NameAnswer.Found.class);
    }

    @Test
    void a_name_nobody_knows_is_an_answer() {
        DnsLookup lookup = new DnsLookup(LIMIT, name -> {
            throw new UnknownHostException(name);
        });

        assertThat(lookup.lookup("etcd.example"))
                .isEqualTo(new NameAnswer.Unknown("DNS does not know it where the executor runs"));
    }

    @Test
    void a_resolver_that_does_not_answer_in_time_is_not_waited_for() {
        CountDownLatch never = new CountDownLatch(1);
        DnsLookup lookup = new DnsLookup(Duration.ofMillis(1), name -> {
            try {
                never.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return new InetAddress[0];
        });

        assertThat(lookup.lookup("etcd.example")).isEqualTo(new NameAnswer.Unknown("DNS did not answer within 1 ms"));
        never.countDown();
    }
}
