package io.calicofleet.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.cli.local.FleetService;
import io.calicofleet.kafka.EventJson;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class BenchResultTest {

    @Test
    void percentiles_are_of_the_nearest_rank() {
        List<Long> millis = LongStream.rangeClosed(1, 200).boxed().toList();

        assertThat(Latencies.of(millis)).isEqualTo(new Latencies(200, 100, 198));
        assertThat(Latencies.of(List.of(7L))).isEqualTo(new Latencies(1, 7, 7));
        assertThat(Latencies.of(List.of())).isEqualTo(new Latencies(0, 0, 0));
    }

    @Test
    void json_has_the_agreed_fields() throws IOException {
        BenchResult result = new BenchResult(
                1000,
                6,
                3.2,
                new Latencies(200, 28, 64),
                new Latencies(5000, 300, 900),
                new MessageCount(40_000, 20_000_000),
                0.8,
                Map.of(FleetService.PLANNER, 300L, FleetService.EXECUTOR, 250L),
                Map.of());

        assertThat(EventJson.mapper().readTree(result.json().toString()))
                .isEqualTo(EventJson.mapper().readTree("""
                {"clusters":1000,"steps":6,"seconds":3.200,"stepsPerSecond":1875.0,
                 "gateLatencyMillis":{"idle":{"p50":28,"p99":64},"loaded":{"p50":300,"p99":900}},
                 "plainKafkaSeconds":0.800,"ratio":4.00,"peakMemoryMiB":550}"""));
    }

    @Test
    void recoveries_are_told_with_what_is_wanted_and_the_load() throws IOException {
        RecoveryResult result = new RecoveryResult(
                6,
                List.of(
                        new RecoveryResult.Recovery("executor", 6.54, RecoveryResult.ONE, 0.5),
                        new RecoveryResult.Recovery("all at once", 20.0, RecoveryResult.ALL, 1.25)));

        assertThat(result.recoveries()).extracting(RecoveryResult.Recovery::met).containsExactly(true, false);
        assertThat(EventJson.mapper().readTree(result.json().toString()))
                .isEqualTo(EventJson.mapper().readTree("""
                {"clusters":6,"recoveries":[
                  {"killed":"executor","seconds":6.5,"wantedSeconds":10,"load":0.5},
                  {"killed":"all at once","seconds":20.0,"wantedSeconds":20,"load":1.3}]}"""));
    }
}
