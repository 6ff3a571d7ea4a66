package io.calicofleet.model.felix.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.model.Json;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class PoolsTest {

    @Test
    void every_pool_counts_wherever_it_stands() {
        JsonNode ipip = pool("10.0.0.0/8", "ipipMode");
        JsonNode vxlan = pool("192.168.0.0/16", "vxlanMode");
        JsonNode ofV6 = pool("fd00::/48", "vxlanMode");

        assertThat(Pools.of(List.of(ipip, vxlan, ofV6))).isEqualTo(new Pools(true, true, true));
        assertThat(Pools.of(List.of(vxlan, ofV6, ipip))).isEqualTo(new Pools(true, true, true));
        assertThat(Pools.of(List.of(vxlan, ofV6))).isEqualTo(new Pools(false, true, true));
        assertThat(Pools.of(List.of(ofV6, ipip))).isEqualTo(new Pools(true, false, true));
        assertThat(Pools.of(List.of(ipip, vxlan))).isEqualTo(new Pools(true, true, false));
    }

    private static JsonNode pool(String cidr, String mode) {
        var pool = Json.object();
        pool.putObject("spec").put("cidr", cidr).put(mode, "Always");
        return pool;
    }
}
