package io.calicofleet.verifier.core.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ParserBenchTest {

    @Test
    void both_of_the_compared_read_the_same_traffic_out_of_the_same_lines() {
        List<String> lines = ParserBench.lines(2000);

        TrafficTally own = ParserBench.tally(lines, ParserBench.ownParser());
        TrafficTally grok = ParserBench.tally(lines, ParserBench.grok());

        assertThat(own.flows()).hasSizeGreaterThan(1000).isEqualTo(grok.flows());
        assertThat(own.overflow()).isEqualTo(grok.overflow());
    }
}
